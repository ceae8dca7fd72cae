// A list whose nodes are base classes of its elements: no allocation, and an element leaves by
// itself when it is destroyed. One thread.
#pragma once

#include <cstddef>

namespace fairlead::net {

class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { leave(); }

  void leave() {
    if (!link_) return;
    *link_ = next_;
    if (next_) next_->link_ = link_;
    next_ = nullptr;
    link_ = nullptr;
  }

 private:
  template <class T>
  friend class IntrusiveList;
  ListNode* next_ = nullptr;
  ListNode** link_ = nullptr;
};

template <class T>
class IntrusiveList {
 public:
  IntrusiveList() = default;
  IntrusiveList(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    while (head_) head_->leave();
  }

  bool empty() const { return head_ == nullptr; }
  T* front() const { return static_cast<T*>(head_); }

  void add(T& element) {
    ListNode& node = element;
    node.next_ = head_;
    node.link_ = &head_;
    if (head_) head_->link_ = &node.next_;
    head_ = &node;
  }

  // Calls `visit` for each element; it may make that element leave, but no other.
  template <class Visit>
  void for_each(Visit visit) {
    for (ListNode* node = head_; node;) {
      ListNode* next = node->next_;
      visit(*static_cast<T*>(node));
      node = next;
    }
  }

 private:
  ListNode* head_ = nullptr;
};

}  // namespace fairlead::net
