// Runs when the component is ready: what goes from the page to Python is one of these events.
window.sourcier = {
  trigger,
  events: [
    "ask", "read", "start", "again", "library", "rebuild", "follow", "refused", "watch", "cancel", "remove", "conversations",
    "reopen", "rename", "delete", "restore", "judge", "wake",
  ],
};
