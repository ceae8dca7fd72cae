// Plans as messages: numbers in one fixed order, texts in list after list.
#include "sandbox/plan.h"

namespace fairlead::sandbox {

namespace {

// Reads a message's numbers and texts one after the other; every read beyond the end fails all.
class Reader {
 public:
  explicit Reader(const Message& message) : message_(message) {}

  template <class T>
  void number(T& into) {
    if (number_ >= message_.numbers.size()) {
      good_ = false;
    } else {
      into = static_cast<T>(message_.numbers[number_++]);
    }
  }
  void text(std::string& into) {
    if (text_ >= message_.texts.size()) {
      good_ = false;
    } else {
      into = message_.texts[text_++];
    }
  }
  void texts(std::vector<std::string>& into) {
    std::size_t count = 0;
    number(count);
    for (std::size_t i = 0; good_ && i < count; ++i) text(into.emplace_back());
  }
  void mounts(std::vector<PlannedMount>& into) {
    std::size_t count = 0;
    number(count);
    for (std::size_t i = 0; good_ && i < count; ++i) {
      PlannedMount& mount = into.emplace_back();
      text(mount.source);
      text(mount.target);
    }
  }
  bool good() const { return good_; }

 private:
  const Message& message_;
  std::size_t number_ = 0, text_ = 0;
  bool good_ = true;
};

class Writer {
 public:
  explicit Writer(MessageKind kind) { message_.kind = kind; }

  template <class T>
  void number(T value) {
    message_.numbers.push_back(static_cast<std::int64_t>(value));
  }
  void text(const std::string& text) { message_.texts.push_back(text); }
  void texts(const std::vector<std::string>& list) {
    number(list.size());
    for (const std::string& one : list) text(one);
  }
  void mounts(const std::vector<PlannedMount>& list) {
    number(list.size());
    for (const PlannedMount& mount : list) {
      text(mount.source);
      text(mount.target);
    }
  }
  Message take() { return std::move(message_); }

 private:
  Message message_;
};

}  // namespace

Message to_message(const Plan& plan) {
  Writer out(MessageKind::kPlan);
  out.number(plan.opener);
  out.mounts(plan.mounts);
  out.texts(plan.attachable);
  out.number(plan.tmp_bytes);
  out.number(plan.tcp_ports.size());
  for (const int port : plan.tcp_ports) out.number(port);
  out.number(plan.uid);
  out.number(plan.gid);
  out.number(plan.changes_ids);
  out.texts(plan.argv);
  out.texts(plan.environment);
  out.text(plan.working_folder);
  out.number(plan.max_open_files);
  out.number(plan.max_processes);
  return out.take();
}

std::optional<Plan> to_plan(const Message& message) {
  if (message.kind != MessageKind::kPlan) return std::nullopt;
  Plan plan;
  Reader in(message);
  in.number(plan.opener);
  in.mounts(plan.mounts);
  in.texts(plan.attachable);
  in.number(plan.tmp_bytes);
  std::size_t ports = 0;
  in.number(ports);
  for (std::size_t i = 0; in.good() && i < ports; ++i) in.number(plan.tcp_ports.emplace_back());
  in.number(plan.uid);
  in.number(plan.gid);
  in.number(plan.changes_ids);
  in.texts(plan.argv);
  in.texts(plan.environment);
  in.text(plan.working_folder);
  in.number(plan.max_open_files);
  in.number(plan.max_processes);
  if (!in.good()) return std::nullopt;
  return plan;
}

std::string hidden_place(std::size_t index) { return "/.attach/" + std::to_string(index); }

Message to_message(const AttachPlan& plan) {
  Writer out(MessageKind::kAttach);
  out.mounts(plan.mounts);
  out.number(plan.tmp_bytes);
  return out.take();
}

std::optional<AttachPlan> to_attach_plan(const Message& message) {
  if (message.kind != MessageKind::kAttach) return std::nullopt;
  AttachPlan plan;
  Reader in(message);
  in.mounts(plan.mounts);
  in.number(plan.tmp_bytes);
  if (!in.good()) return std::nullopt;
  return plan;
}

}  // namespace fairlead::sandbox
