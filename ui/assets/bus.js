// Runs when the component is ready; the events "read", "ask" and "start" go from the page to Python.
window.sourcier = { trigger };
