const CHECKS = 'M1.5 10.5l4 4 8-9M9.5 14l.5.5 8-9';
/** Drawn on 20 by 20 with one line. */
const ICON = {
  close: 'M5 5l10 10M15 5L5 15',
  menu: 'M4 9.7v.6M10 9.7v.6M16 9.7v.6',
  back: 'M12 4.5L6.5 10l5.5 5.5',
  up: 'M10 16V4.5M5 9.5l5-5 5 5',
  saved: 'M10 3a7 7 0 1 0 .01 0M10 6.5V10l2.5 1.5',
  sending: 'M10 3a7 7 0 1 1-7 7',
  sent: 'M4 10.5l4 4 8-9',
  delivered: CHECKS,
  seen: CHECKS,
  refused: 'M10 3a7 7 0 1 0 .01 0M10 6.5v4M10 13.5h.01',
};

export const icon = (is: keyof typeof ICON) => <svg viewBox="0 0 20 20" aria-hidden="true"><path d={ICON[is]} /></svg>;
