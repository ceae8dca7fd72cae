#include "net/tls.h"
namespace fairlead::net {
struct TlsContext::State {};
TlsContext::TlsContext() = default;
TlsContext::~TlsContext() = default;
ssl_st* TlsContext::accept_on(int) { return nullptr; }
}
