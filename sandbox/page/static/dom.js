// Elements, made and kept in order. Text is only ever text: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") {
      for (const [kind, does] of Object.entries(value)) element.addEventListener(kind, does);
    } else if (name.startsWith("data-") || name.startsWith("aria-") || name === "role") {
      element.setAttribute(name, value);
    } else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function sign(name, look = "") {
  const element = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  element.setAttribute("aria-hidden", "true");
  element.setAttribute("class", look);
  element.append(use);
  return element;
}

// Have a list show these items, each by an element of its own. What has not changed is
// left alone, and the focus stays on the button that it was on.
export function keep(list, items, keyOf, makeItem) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const wasOn = focused && {
    key: focused.closest("[data-key]")?.dataset.key,
    button: focused.dataset.do,
  };
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  const fresh = [];
  for (const item of items) {
    const key = keyOf(item);
    const looks = JSON.stringify(item);
    let element = before.get(key);
    before.delete(key);
    if (element === undefined || element.dataset.looks !== looks) {
      const newer = makeItem(item);
      newer.dataset.key = key;
      newer.dataset.looks = looks;
      if (element === undefined) fresh.push(newer);
      else {
        if (place === element) place = newer;
        element.replaceWith(newer);
      }
      element = newer;
    }
    if (place === element) place = element.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of before.values()) gone.remove();
  if (wasOn?.key !== undefined && !list.contains(document.activeElement)) {
    const home = [...list.children].find((child) => child.dataset.key === wasOn.key);
    const again = home?.querySelector(`[data-do="${wasOn.button}"]`);
    (again ?? home?.querySelector("button") ?? list).focus?.();
  }
  return fresh;
}

// Keep the end of a box in view for as long as its reader has not gone up in it: also
// when it is resized, or shown after it was hidden. The button leads back to the end.
export function follow(box, button) {
  let follows = true;
  let last = 0;
  const toEnd = () => {
    follows = true;
    box.scrollTop = box.scrollHeight;
    last = box.scrollTop;
    button.hidden = true;
  };
  box.addEventListener("scroll", () => {
    if (box.clientHeight === 0) return;
    // The box may have grown since it was scrolled: only who goes up has left its end.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 40) follows = true;
    else if (box.scrollTop < last) follows = false;
    last = box.scrollTop;
    button.hidden = follows;
  });
  button.addEventListener("click", toEnd);
  new ResizeObserver(() => follows && toEnd()).observe(box);
  return { toEnd, grown: () => follows && toEnd() };
}

// What stands in a list, with a line for the day wherever that is another one than
// before: also where it is an earlier one, since the sandbox's time can be moved back.
export function withDays(items, wordsOf, before = "") {
  const found = [];
  for (const item of items) {
    const day = new Date(item.at).toDateString();
    if (day !== before) found.push({ id: `day of ${item.id}`, day: wordsOf(new Date(item.at)) });
    before = day;
    found.push(item);
  }
  return found;
}
