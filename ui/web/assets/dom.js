// What the scripts of the page share.
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const one = (selector, root = document) => root.querySelector(selector);

/** Send an event to Python. `data` holds strings, numbers and booleans. */
export const send = (name, data = {}) => window.sourcier?.trigger(name, data);

/** Whether an action asks for the reading pane by a number, and whether it replaces what that shows. */
export const isNumbered = (name) => window.sourcier?.numbered.includes(name);
export const isReplacing = (name) => window.sourcier?.replacing.includes(name);

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const narrow = matchMedia("(max-width: 60rem)");
