/** Builds the page's nodes and changes them in place, so that focus, scroll and typing survive every update. */

const NODES = new WeakMap();
const SEEN = new WeakSet();

/** Return a new element; `on…` attributes are listeners, null and false ones are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** Return the element of the page with this id. */
export const byId = (id) => document.getElementById(id);

/** Write a text, only when it differs. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Show or hide, only when that changes something. */
export function show(node, visible) {
  if (node.hidden === Boolean(visible)) node.hidden = !visible;
}

/** Set an attribute, only when it differs; null removes it. */
export function mark(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/**
 * Make the children of `parent` those of `items`, in order, one node for each key.
 * `create(item)` makes a node, `update(node, item)` refreshes it; a node that stays is never taken out.
 */
export function reconcile(parent, items, { key, create, update = () => {} }) {
  const known = NODES.get(parent) ?? new Map();
  NODES.set(parent, known);
  const wanted = new Set(items.map((item) => key(item)));
  for (const [name, node] of known) {
    if (!wanted.has(name)) {
      node.remove();
      known.delete(name);
    }
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    let node = known.get(key(item));
    if (!node) {
      node = create(item);
      known.set(key(item), node);
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
}

/** Run `change`, which may add to the end of `list`, and keep its end in view when it was, or never was seen. */
export function followingEnd(list, change) {
  const atEnd = !SEEN.has(list) || list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  change();
  if (atEnd) list.scrollTop = list.scrollHeight;
  if (list.clientHeight > 0) SEEN.add(list);
}
