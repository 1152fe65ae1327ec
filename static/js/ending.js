// How a page that is about to close says so: shared by the journey's warning and the desk's. Times are in seconds.
export const WARNING = 120;
const STEPS = [
  [30, "less than 30 seconds"],
  [60, "less than 1 minute"],
  [WARNING, "less than 2 minutes"],
];

export const after = (time) => Date.now() + time * 1000;
export const seconds = (until) => (until - Date.now()) / 1000;
export const stepOf = (left) => STEPS.find(([most]) => left <= most)?.[1];
// Says a thing once, so that a screen reader is not told each second.
export const teller = (place) => (text) => {
  if (place.textContent !== text) place.textContent = text;
};
