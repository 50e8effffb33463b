// The words of this page, in its reader's language, as the server has put them here.

import { byId } from "./dom.js";

const WORDS = JSON.parse(byId("words").textContent);
export const GOODS = JSON.parse(byId("goods").textContent);
export const LANGUAGE = document.documentElement.lang;

export function say(sentence, values = {}) {
  const words = WORDS[sentence] ?? sentence;
  return words.replace(/%\((\w+)\)s/g, (place, name) => values[name] ?? place);
}

export function money(amount, currency) {
  const looks = { style: "currency", currency };
  return new Intl.NumberFormat(LANGUAGE, looks).format(amount);
}

const CLOCK = new Intl.DateTimeFormat(LANGUAGE, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const SHORT = new Intl.DateTimeFormat(LANGUAGE, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: "short", day: "numeric", month: "short",
});

const LATER = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: "short", day: "numeric", month: "short",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

export const clock = (moment) => CLOCK.format(moment);
export const minutes = (moment) => SHORT.format(moment);
export const day = (moment) => DAY.format(moment);

// With its day where that is not the day it is seen from.
export function clockOrLater(moment, from) {
  const isOnTheDay = moment.toDateString() === from.toDateString();
  return (isOnTheDay ? CLOCK : LATER).format(moment);
}

// As the trace has it: to the millisecond.
export function precisely(moment) {
  return `${CLOCK.format(moment)}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

const COUNTRIES = new Intl.DisplayNames([LANGUAGE], { type: "region" });
export const country = (code) => COUNTRIES.of(code);

// "Today" and "yesterday" as the phone's owner would read them, else the date.
export function dayOnPhone(moment, now, locale) {
  const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate());
  const days = Math.round((midnight(moment) - midnight(now)) / 86_400_000);
  if (Math.abs(days) > 1) {
    return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" }).format(moment);
  }
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}
