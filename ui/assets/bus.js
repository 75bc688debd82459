// Runs when the component is ready: what goes from the page to Python is one of these events.
window.sourcier = {
  trigger,
  events: [
    "ask", "read", "start", "again", "library", "rebuild", "follow", "refused", "watch", "cancel", "remove", "undo",
    "discard", "sample", "own", "conversations", "reopen", "rename", "delete", "judge", "wake",
  ],
};
