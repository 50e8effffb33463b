// A stand-in for Shopify's Polaris web components, as far as Sosik uses them: they have the
// names, attributes and manners of the real ones, and a plain look.
"use strict";

(() => {
  const look = new CSSStyleSheet();
  look.replaceSync(`
    :host { display: block; font: inherit; color: inherit; }
    :host(s-badge), :host(s-link), :host(s-button) { display: inline-block; }
    :host(s-option) { display: none; }
    label, span.label { display: block; font-weight: 500; }
    .about { display: block; font-size: .875rem; opacity: .85; }
    .error { display: block; font-size: .875rem; color: light-dark(#a01818, #ff9f98); }
    input, textarea, select, button { font: inherit; color: inherit; background: transparent; min-height: 2.4rem; }
    input:not([type=checkbox]), textarea, select { width: 100%; max-width: 36rem; box-sizing: border-box; border: 1px solid #8a8f95; border-radius: .5rem; padding: .3rem .6rem; }
    select { color-scheme: light dark; background: light-dark(#fff, #1b1f24); }
    button { border: 1px solid #8a8f95; border-radius: .5rem; padding: .35rem .9rem; cursor: pointer; }
    button.primary { background: #303030; color: #fff; }
    .box { background: light-dark(#fff, #1b1f24); border: 1px solid light-dark(#e1e3e5, #363d45); border-radius: .75rem; padding: 1rem; margin: 0 0 1rem; }
    h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
    .badge { border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .5rem; font-size: .8125rem; }
    nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .25rem 0; }
  `);

  const made = (name, values = {}) => Object.assign(document.createElement(name), values);

  class Element extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.attachShadow({ mode: "open", delegatesFocus: true }).adoptedStyleSheets = [look];
      this.show(this.shadowRoot);
    }
    text(name) {
      return this.getAttribute(name) ?? "";
    }
  }

  class Section extends Element {
    show(root) {
      const box = made("section", { className: "box" });
      if (this.text("heading")) box.append(made("h2", { textContent: this.text("heading") }));
      box.append(made("slot"));
      root.append(box);
    }
  }

  class Banner extends Element {
    show(root) {
      const box = made("div", { className: "box" });
      box.append(made("strong", { textContent: this.text("heading") }), made("slot"));
      root.append(box);
    }
  }

  class Badge extends Element {
    show(root) {
      const box = made("span", { className: "badge" });
      box.append(made("slot"));
      root.append(box);
    }
  }

  class Menu extends Element {
    show(root) {
      const menu = made("nav", { ariaLabel: "App" });
      menu.append(made("slot"));
      root.append(menu);
    }
  }

  class Link extends Element {
    show(root) {
      const link = made("a", { href: this.text("href") });
      link.append(made("slot"));
      link.addEventListener("click", (event) => {
        const told = new CustomEvent("shopify:navigate", { bubbles: true, cancelable: true });
        if (!this.dispatchEvent(told)) event.preventDefault();
      });
      root.append(link);
    }
  }

  class Control extends Element {
    static formAssociated = true;
    #internals = this.attachInternals();

    get form() {
      return this.#internals.form;
    }
    say(value) {
      this.#internals.setFormValue(value);
    }
    framed(root, control) {
      const label = made("label", { textContent: this.text("label"), htmlFor: "control" });
      control.id = "control";
      if (this.hasAttribute("required")) control.required = true;
      if (this.hasAttribute("disabled")) control.disabled = true;
      root.append(label, control);
      const described = [];
      for (const [attribute, name] of [["details", "about"], ["error", "error"]]) {
        if (!this.text(attribute)) continue;
        root.append(made("span", { className: name, id: name, textContent: this.text(attribute) }));
        described.push(name);
      }
      if (described.length) control.setAttribute("aria-describedby", described.join(" "));
      if (this.text("error")) control.ariaInvalid = "true";
      control.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && control.localName === "input") this.form?.requestSubmit();
      });
    }
  }

  const field = (name, type) => class extends Control {
    #control;

    get value() {
      return this.#control?.value ?? this.text("value");
    }
    set value(said) {
      if (this.#control) this.#control.value = said;
      this.say(said);
    }
    show(root) {
      const control = made(name);
      if (type) control.type = type;
      for (const each of ["min", "max", "step", "maxlength", "rows", "autocomplete", "placeholder"]) {
        if (this.hasAttribute(each)) control.setAttribute(each, this.text(each));
      }
      control.value = this.text("value");
      control.addEventListener("input", () => {
        this.say(control.value);
        this.dispatchEvent(new Event("input", { bubbles: true }));
      });
      control.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })));
      this.#control = control;
      this.framed(root, control);
      this.say(control.value);
    }
  };

  class Select extends Control {
    #control;

    get value() {
      return this.#control?.value ?? this.text("value");
    }
    set value(said) {
      if (this.#control) this.#control.value = said;
      this.say(said);
    }
    show(root) {
      const control = made("select");
      for (const each of this.querySelectorAll("s-option")) {
        control.append(made("option", {
          value: each.getAttribute("value") ?? each.textContent,
          textContent: each.textContent,
          selected: each.hasAttribute("selected"),
        }));
      }
      control.addEventListener("change", () => {
        this.say(control.value);
        this.dispatchEvent(new Event("change", { bubbles: true }));
      });
      this.#control = control;
      this.framed(root, control);
      this.say(control.value);
    }
  }

  class Checkbox extends Control {
    #control;

    get checked() {
      return this.#control?.checked ?? this.hasAttribute("checked");
    }
    show(root) {
      const control = made("input", { type: "checkbox", checked: this.hasAttribute("checked") });
      if (this.localName === "s-switch") control.setAttribute("role", "switch");
      const tell = () => this.say(control.checked ? this.text("value") || "on" : null);
      control.addEventListener("change", () => {
        tell();
        this.dispatchEvent(new Event("change", { bubbles: true }));
      });
      this.#control = control;
      this.framed(root, control);
      tell();
    }
  }

  class Button extends Control {
    show(root) {
      const control = made("button", { type: "button", className: this.text("variant") });
      if (this.hasAttribute("disabled")) control.disabled = true;
      control.append(made("slot"));
      control.addEventListener("click", () => {
        if (this.text("type") === "submit") this.form?.requestSubmit();
      });
      root.append(control);
    }
  }

  const known = {
    "s-section": Section, "s-banner": Banner, "s-badge": Badge, "s-app-nav": Menu, "s-link": Link,
    "s-button": Button, "s-select": Select, "s-option": class extends Element { show() {} },
    "s-checkbox": Checkbox, "s-switch": class extends Checkbox {},
    "s-text-field": field("input", "text"), "s-number-field": field("input", "number"),
    "s-text-area": field("textarea"),
  };
  // Once the page is read, so that each element has its children.
  const begin = () => {
    for (const [name, kind] of Object.entries(known)) customElements.define(name, kind);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
