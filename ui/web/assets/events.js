// Runs when the component is ready: what goes from the page to Python is one of these events.
window.sourcier = { trigger, events: EVENTS, numbered: NUMBERED, replacing: REPLACING };
