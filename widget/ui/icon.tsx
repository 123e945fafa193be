/** Drawn on 20 by 20 with one line. */
const ICON = {
  close: 'M5 5l10 10M15 5L5 15',
  menu: 'M4 10h.01M10 10h.01M16 10h.01',
  back: 'M12 4.5L6.5 10l5.5 5.5',
  up: 'M10 16V4.5M5 9.5l5-5 5 5',
  down: 'M10 4v11.5M5 10.5l5 5 5-5',
  saved: 'M10 3a7 7 0 1 0 .01 0M10 6.5V10l2.5 1.5',
  sending: 'M10 3a7 7 0 1 1-7 7',
  sent: 'M4 10.5l4 4 8-9',
  delivered: 'M1.5 10.5l4 4 8-9M9.5 14l.5.5 8-9',
  seen: 'M1.5 10.5l4 4 8-9M9.5 14l.5.5 8-9',
  refused: 'M10 3a7 7 0 1 0 .01 0M10 6.5v4M10 13.5h.01',
  cloud: 'M3 3l14 14M6.5 6.6A5 5 0 0 0 6 16h9M8.6 4.7A5 5 0 0 1 15 9a3.5 3.5 0 0 1 2.8 5.5',
};

export const icon = (is: keyof typeof ICON) => <svg viewBox="0 0 20 20" aria-hidden="true"><path d={ICON[is]} /></svg>;
