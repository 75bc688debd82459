// Runs when the component is ready; "read", "ask", "start" and "reopen" are the events the page may send to Python.
window.sourcier = { trigger };
document.dispatchEvent(new Event("sourcier-ready"));
