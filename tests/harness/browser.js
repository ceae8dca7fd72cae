'use strict';
// Debian's Chromium, headless, for tests and screenshots.

const fs = require('node:fs');
const { chromium } = require('playwright-core');

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((file) => fs.existsSync(file));

function launch() {
  if (!executablePath) throw new Error('Chromium is not installed (tools/install-packages test)');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

module.exports = { launch };
