"""What a bench hands back, the table on the screen and the pages in results/."""
import datetime
import os
import subprocess

from servers import BENCH, ROOT

LESS, MORE = "less", "more"  # which way is better


class Row:
    """One measured thing. `ours` and `peer`: the values of all rounds; the best one counts, since
    whatever else runs on the machine only ever makes things slower."""

    def __init__(self, what, unit, better, ours, peer=None, peer_name="", limit=None,
                 least_ratio=None):
        self.what, self.unit, self.better, self.peer_name = what, unit, better, peer_name
        self.all_ours, self.all_peer = ours, peer or []
        pick = min if better == LESS else max
        self.ours = pick(ours)
        self.peer = pick(peer) if peer else None
        self.ratio = None
        if self.peer is not None:
            pair = (self.peer, self.ours) if better == LESS else (self.ours, self.peer)
            self.ratio = pair[0] / pair[1]
        self.limit, self.least_ratio = limit, least_ratio

    def target(self):
        if self.least_ratio is not None:
            return f"≥ {self.least_ratio:g} ×"
        if self.limit is not None:
            return f"{'≤' if self.better == LESS else '≥'} {number(self.limit)}"
        return ""

    def verdict(self):
        if self.least_ratio is not None:
            return "met" if self.ratio >= self.least_ratio else "MISSED"
        if self.limit is not None:
            good = self.ours <= self.limit if self.better == LESS else self.ours >= self.limit
            return "met" if good else "MISSED"
        return ""

    def cells(self):
        return [self.what, self.unit, number(self.ours),
                f"{number(self.peer)} ({self.peer_name})" if self.peer is not None else "",
                f"{self.ratio:.1f} ×" if self.ratio is not None else "",
                self.target(), self.verdict()]


HEADINGS = ["what", "unit", "ours", "peer", "ratio", "target", ""]


def number(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def markdown(rows):
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|---:|---:|---:|---:|---|"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return "\n".join(lines)


def screen(benches):
    """All rows of all benches as one aligned table."""
    table = [["bench", *HEADINGS]]
    for name, rows in benches:
        table += [[name, *row.cells()] for row in rows]
    widths = [max(len(line[at]) for line in table) for at in range(len(table[0]))]
    left = (0, 1, 2, 7)
    return "\n".join("  ".join(
        cell.ljust(width) if at in left else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in table)


def _output(*argv):
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def write_page(folder, name, purpose, rows, seconds, binary):
    """results/<date>-<name>.md; a second run of a day takes the place of the first."""
    now = datetime.datetime.now()
    commit = _output("git", "rev-parse", "--short", "HEAD")
    changed = _output("git", "status", "--porcelain", "--", "src", "runtimes", "bench/load")
    page = [f"# {name}", "", purpose.strip(), "",
            f"Taken {now:%Y-%m-%d %H:%M} in {seconds:.0f} s at commit {commit}"
            f"{' with uncommitted changes' if changed else ''}; `fairlead` was built "
            f"{datetime.datetime.fromtimestamp(os.path.getmtime(binary)):%Y-%m-%d %H:%M}.", "",
            markdown(rows), "", "## Every round", ""]
    for row in rows:
        page.append(f"- {row.what}: ours {_series(row.all_ours)}"
                    + (f"; {row.peer_name} {_series(row.all_peer)}" if row.all_peer else ""))
    page += ["", "## The machine", "", "```", _output(os.path.join(BENCH, "machine")), "```", ""]
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{now:%Y-%m-%d}-{name}.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(page))
    return path


def _series(values):
    return ", ".join(number(value) for value in values)
