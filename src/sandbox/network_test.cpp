// The way to the server from inside: listeners with their origin, names, and nothing else.
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <sstream>

#include "sandbox/test_sandbox.h"

namespace fairlead::sandbox {
namespace {

TEST_F(SandboxTest, ServerIsReachedOnItsPortsWithTheOrigin) {
  net::ChildSpec spec = python(R"(
import http.client
for port in (80, 443, 4566):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
    c.request('GET', '/x')
    print(c.getresponse().read().decode())
)");
  spec.attachment->origin = "arn:function-a";
  const Ran ran = run(std::move(spec));
  EXPECT_EQ(ran.output, "arn:function-a 80 /x\narn:function-a 443 /x\narn:function-a 4566 /x\n")
      << ran.errors;
}

TEST_F(SandboxTest, TwoSandboxesDoNotMeet) {
  net::ChildSpec one = python(R"(
import socket, time
s = socket.socket(); s.bind(('127.0.0.1', 7777)); s.listen()
print('listening', flush=True); time.sleep(60)
)");
  const auto first = launch(std::move(one));
  ASSERT_TRUE(first && wait_readable(first->descriptors().output.get()));
  const Ran second = run(python(R"(
import socket
try:
    socket.create_connection(('127.0.0.1', 7777), timeout=3); print('met')
except OSError as e: print(type(e).__name__)
)"));
  EXPECT_EQ(second.output, "ConnectionRefusedError\n") << second.errors;
}

TEST_F(SandboxTest, NamesOfAwsLeadHereOthersDoNotExist) {
  const Ran ran = run(python(R"(
import socket
for name in ('dynamodb.us-east-1.amazonaws.com', 'abc.execute-api.eu-west-1.amazonaws.com', 'x.s3.cn-north-1.amazonaws.com.cn',
             'lambda.us-east-1.api.aws', 'abc.lambda-url.us-east-1.on.aws', 'localhost', 'bucket.localhost',
             'x.localhost.localstack.cloud', 'example.com', 'amazonaws.com.example.com', 'notamazonaws.com'):
    try:
        print(name, sorted({a[4][0] for a in socket.getaddrinfo(name, 443)}))
    except socket.gaierror as e:
        print(name, 'EAI', e.errno)
)"));
  std::stringstream lines(ran.output);
  int ours = 0, unknown = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(" ['127.0.0.1']")) ++ours;
    if (line.ends_with(" EAI -2")) ++unknown;
  }
  EXPECT_EQ(ours, 8) << ran.output;
  EXPECT_EQ(unknown, 3) << ran.output;
}

TEST_F(SandboxTest, NoOtherNetwork) {
  const Ran ran = run(python(R"(
import errno, os, socket
print(sorted(os.listdir('/proc/sys/net/ipv4/conf')))
for address in ('1.1.1.1', '10.0.2.2', '169.254.169.254'):
    try:
        socket.create_connection((address, 80), timeout=2); print('connected')
    except OSError as e:
        print(errno.errorcode[e.errno])
)"));
  EXPECT_EQ(ran.output, "['all', 'default', 'lo']\nENETUNREACH\nENETUNREACH\nENETUNREACH\n")
      << ran.errors;
}

TEST_F(SandboxTest, ApiPortIsTheLaunchersToServe) {
  net::ChildSpec spec = python(R"(
import socket
s = socket.create_connection(('127.0.0.1', 9001), timeout=10)
print(s.recv(5).decode())
)");
  spec.api_port = 9001;
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  const int listener = child->descriptors().api.get();
  ASSERT_TRUE(wait_readable(listener));
  const net::Descriptor connection(::accept(listener, nullptr, nullptr));
  ASSERT_EQ(::write(connection.get(), "hello", 5), 5);
  EXPECT_EQ(finish(*child).output, "hello\n");
}

TEST_F(SandboxTest, CertificatesAreThere) {
  const Ran ran = run("cat /etc/fairlead/ca.pem; grep -c BEGIN /etc/fairlead/ca-bundle.pem");
  EXPECT_TRUE(ran.output.starts_with("-----BEGIN CERTIFICATE-----\n")) << ran.errors;
}

TEST_F(SandboxTest, ListenersGoWithTheSandbox) {
  std::string pid;
  {
    const Ran ran = run("true");
    ASSERT_EQ(ran.code, 0);
  }
  launcher.reset();  // ends the workshop, which closes what is left
  EXPECT_EQ(server->counts().open, 0u);
}

class OpenEgressTest : public SandboxTest {
 protected:
  void SetUp() override {
    Options with = options();
    with.egress = Egress::kOpen;
    make(std::move(with));
  }
};

// The machine's own address stands for the outside: no test needs the internet.
TEST_F(OpenEgressTest, ReachesTheMachinesNetworkButNotItsLoopback) {
  net::HttpServer outside(loops, {},
                          [](net::Exchange& exchange) { exchange.respond(200, {}, "outside"); });
  const int port = outside.listen("0.0.0.0", 0).value();
  const Ran ran = run(python(R"(
import http.client, socket, os
print(sorted(os.listdir('/proc/sys/net/ipv4/conf')))
def fetch(address):
    try:
        c = http.client.HTTPConnection(address, )" +
                             std::to_string(port) + R"(, timeout=3)
        c.request('GET', '/'); print(c.getresponse().read().decode())
    except OSError as e:
        print(type(e).__name__)
fetch('10.0.2.2')
print(socket.gethostbyname('dynamodb.us-east-1.amazonaws.com'))
c = http.client.HTTPConnection('127.0.0.1', 80, timeout=3); c.request('GET', '/y'); print(c.getresponse().read().decode())
)"));
  EXPECT_TRUE(ran.output.starts_with("['all', 'default', 'lo', 'tap0']\n")) << ran.output;
  EXPECT_EQ(ran.output.find("outside"), std::string::npos) << ran.output;
  EXPECT_TRUE(ran.output.ends_with("127.0.0.1\ntest 80 /y\n")) << ran.output << ran.errors;
}

TEST_F(OpenEgressTest, DISABLED_LaunchCost) {
  std::vector<double> taken_ms;
  for (int i = 0; i < 50; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run("true").code, 0);
    taken_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::sort(taken_ms.begin(), taken_ms.end());
  std::printf("with egress, to the end: p50 %.2f ms\n", taken_ms[25]);
}

}  // namespace
}  // namespace fairlead::sandbox
