/** Line icons on a 20-pixel grid. They only decorate: whoever uses one gives the words. */
import type { ComponentChildren } from 'preact';

const icon = (children: ComponentChildren) => ({ size = 18 }: { size?: number }) => (
  <svg class="icon" width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

export const Clock = icon(<><circle cx="10" cy="10" r="7.2" /><path d="M10 5.8V10l2.8 1.9" /></>);
export const Inbox = icon(<><path d="M3 11.2 5 4.8a1.2 1.2 0 0 1 1.2-.8h7.6a1.2 1.2 0 0 1 1.2.8l2 6.4v3.4a1.4 1.4 0 0 1-1.4 1.4H4.4A1.4 1.4 0 0 1 3 14.6Z" /><path d="M3.2 11.2h3.6l1.2 2h4l1.2-2h3.6" /></>);
export const Person = icon(<><circle cx="10" cy="6.7" r="3.2" /><path d="M3.8 16.6c.7-3 3.2-4.8 6.2-4.8s5.5 1.8 6.2 4.8" /></>);
export const People = icon(<><circle cx="7.6" cy="7" r="2.9" /><path d="M2.2 16.2c.5-2.7 2.7-4.3 5.4-4.3s4.9 1.6 5.4 4.3" /><path d="M13 4.3a2.9 2.9 0 0 1 0 5.4M14.8 12.2c1.7.6 2.7 2 3 4" /></>);
export const Done = icon(<><circle cx="10" cy="10" r="7.2" /><path d="m6.9 10.2 2.2 2.2 4.2-4.6" /></>);
export const Sliders = icon(<><path d="M3 6h7M14.5 6H17M3 14h2.5M10 14h7" /><circle cx="12.2" cy="6" r="2" /><circle cx="7.7" cy="14" r="2" /></>);
export const Send = icon(<path d="M10 16V4.5M5.2 9.2 10 4.4l4.8 4.8" />);
export const Back = icon(<path d="M12.2 4.6 6.8 10l5.4 5.4" />);
export const Forward = icon(<path d="M7.8 4.6 13.2 10l-5.4 5.4" />);
export const Down = icon(<path d="M4.6 7.6 10 13l5.4-5.4" />);
export const Close = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const Page = icon(<><path d="M5 3.6h6.6L15.4 7.4v8a1.2 1.2 0 0 1-1.2 1.2H5.8a1.2 1.2 0 0 1-1.2-1.2V4.8A1.2 1.2 0 0 1 5.8 3.6Z" /><path d="M11.4 3.8v3.8h3.8M7.4 11h5.2M7.4 13.6h3.4" /></>);
export const Globe = icon(<><circle cx="10" cy="10" r="7.2" /><path d="M2.8 10h14.4M10 2.8c2.4 2 3.3 4.5 3.3 7.2s-.9 5.2-3.3 7.2c-2.4-2-3.3-4.5-3.3-7.2S7.6 4.8 10 2.8Z" /></>);
export const Device = icon(<><rect x="2.8" y="4" width="14.4" height="9.6" rx="1.4" /><path d="M7.2 16.6h5.6" /></>);
export const Arrow = icon(<path d="M4 10h12M11 5l5 5-5 5" />);
export const Mail = icon(<><rect x="2.8" y="4.4" width="14.4" height="11.2" rx="1.6" /><path d="m3.2 6 6.8 5 6.8-5" /></>);
export const Eye = icon(<><path d="M2.4 10C4 6.6 6.8 4.8 10 4.8s6 1.8 7.6 5.2c-1.6 3.4-4.4 5.2-7.6 5.2S4 13.4 2.4 10Z" /><circle cx="10" cy="10" r="2.4" /></>);
export const EyeOff = icon(<><path d="M2.4 10C4 6.6 6.8 4.8 10 4.8s6 1.8 7.6 5.2c-1.6 3.4-4.4 5.2-7.6 5.2S4 13.4 2.4 10Z" /><path d="m4 16.4 12-12.8" /></>);
export const Alert = icon(<><path d="M10 3.2 17.4 16H2.6Z" /><path d="M10 8.2v3.6M10 13.9v.1" /></>);
export const Offline = icon(<><path d="M3.2 3.2 16.8 16.8" /><path d="M6 15.4a3.7 3.7 0 0 1-.3-7.3M8.6 5.1A4.7 4.7 0 0 1 14.4 9a3.3 3.3 0 0 1 2 5.2" /><path d="M6 15.4h7.6" /></>);
export const Retry = icon(<><path d="M16.4 10a6.4 6.4 0 1 1-2-4.6" /><path d="M16.6 2.8v3.6H13" /></>);
export const Bin = icon(<path d="M3.8 5.6h12.4M8 5.4V3.6h4v1.8M5.4 5.8l.7 10.2a.9.9 0 0 0 .9.8h6a.9.9 0 0 0 .9-.8l.7-10.2" />);
export const Copy = icon(<><rect x="7" y="7" width="9.6" height="9.6" rx="1.6" /><path d="M13 7V5a1.6 1.6 0 0 0-1.6-1.6H5A1.6 1.6 0 0 0 3.4 5v6.4A1.6 1.6 0 0 0 5 13h2" /></>);
export const Plus = icon(<path d="M10 4.4v11.2M4.4 10h11.2" />);
export const Check = icon(<path d="m4.4 10.6 3.6 3.6 7.6-8.4" />);
export const Checks = icon(<path d="m2 10.8 3.3 3.4 6.5-7.6M9.4 13.2l1 1 7.2-8.4" />);
export const Keyboard = icon(<><rect x="2.4" y="5" width="15.2" height="10" rx="1.6" /><path d="M5.4 8.2h.1M8.4 8.2h.1M11.5 8.2h.1M14.5 8.2h.1M6.8 11.8h6.4" /></>);
export const Out = icon(<path d="M8 3.6H5A1.4 1.4 0 0 0 3.6 5v10A1.4 1.4 0 0 0 5 16.4h3M13 6.4l3.6 3.6L13 13.6M16.4 10H8" />);
export const Panel = icon(<><rect x="2.8" y="3.8" width="14.4" height="12.4" rx="1.8" /><path d="M12.4 4v12" /></>);
export const Shield = icon(<><path d="M10 2.8 16 5v4.6c0 3.6-2.4 6.2-6 7.6-3.6-1.4-6-4-6-7.6V5Z" /><path d="m7.4 9.8 1.9 1.9 3.4-3.7" /></>);
export const Key = icon(<><circle cx="6.8" cy="13.2" r="3.4" /><path d="m9.2 10.8 7-7M13.4 6.6l2.2 2.2" /></>);
export const Palette = icon(<><path d="M10 2.8a7.2 7.2 0 0 0 0 14.4c1.3 0 1.7-.9 1.4-1.8-.5-1.5.4-2.6 1.8-2.6h1.6c1.5 0 2.4-1.1 2.4-2.8 0-4-3.2-7.2-7.2-7.2Z" /><path d="M6.4 9.6h.1M8.6 6.4h.1M12.4 6.6h.1" /></>);
export const Words = icon(<><path d="M3.4 4.8A1.4 1.4 0 0 1 4.8 3.4h10.4a1.4 1.4 0 0 1 1.4 1.4v7.4a1.4 1.4 0 0 1-1.4 1.4H9L5.6 16.6v-3h-.8a1.4 1.4 0 0 1-1.4-1.4Z" /><path d="M6.6 7.2h6.8M6.6 10h4" /></>);
export const Code = icon(<path d="M7 5.6 2.8 10 7 14.4M13 5.6l4.2 4.4-4.2 4.4" />);
export const Lock = icon(<><rect x="4.4" y="8.8" width="11.2" height="7.8" rx="1.6" /><path d="M6.8 8.6V6.4a3.2 3.2 0 0 1 6.4 0v2.2" /></>);
export const Bolt = icon(<path d="M11.2 2.8 4.6 11.2h4.6l-.6 6 6.8-8.6h-4.8Z" />);
export const Search = icon(<><circle cx="8.8" cy="8.8" r="5.4" /><path d="m12.8 12.8 4 4" /></>);
export const Tag = icon(<><path d="M3.4 9.4V4.6a1.2 1.2 0 0 1 1.2-1.2h4.8l7 7a1.4 1.4 0 0 1 0 2l-4 4a1.4 1.4 0 0 1-2 0Z" /><path d="M6.8 6.8h.1" /></>);
export const Block = icon(<><circle cx="10" cy="10" r="7.2" /><path d="m5 5 10 10" /></>);
export const Bell = icon(<><path d="M10 3a4.8 4.8 0 0 0-4.8 4.8c0 4.4-1.8 5.8-1.8 5.8h13.2s-1.8-1.4-1.8-5.8A4.8 4.8 0 0 0 10 3Z" /><path d="M8.4 16.4a1.8 1.8 0 0 0 3.2 0" /></>);
export const Chart = icon(<path d="M3.4 16.6h13.2M5.6 13.6V9.4M10 13.6V4.4M14.4 13.6V7" />);
export const Save = icon(<path d="M10 3.4v9M6.2 8.8l3.8 3.8 3.8-3.8M4 16.2h12" />);
export const Table = icon(<><rect x="3" y="4" width="14" height="12" rx="1.4" /><path d="M3 8h14M3 12h14M8.4 4v12" /></>);
export const Dots = icon(<path d="M4.8 10h.1M10 10h.1M15.2 10h.1" />);
export const Answer = icon(<><path d="M7.4 5.2 3 9.6 7.4 14" /><path d="M3.4 9.6h7.8c3.2 0 5.4 2 5.8 5.6" /></>);
export const Moon = icon(<path d="M16.4 11.6A6.8 6.8 0 0 1 8.4 3.6a6.8 6.8 0 1 0 8 8Z" />);
export const Sun = icon(<><circle cx="10" cy="10" r="3.2" /><path d="M10 2.8v1.6M10 15.6v1.6M2.8 10h1.6M15.6 10h1.6M4.9 4.9 6 6M14 14l1.1 1.1M15.1 4.9 14 6M6 14l-1.1 1.1" /></>);
export const Return = icon(<><path d="M6.8 4 3.4 7.4l3.4 3.4" /><path d="M3.8 7.4h7.6a4.4 4.4 0 0 1 0 8.8H7.6" /></>);
export const Give = icon(<><circle cx="7.4" cy="6.7" r="3" /><path d="M2 16.4c.6-2.9 2.7-4.6 5.4-4.6 1 0 1.9.2 2.7.6" /><path d="M11.6 14.4h6M15.2 12l2.4 2.4-2.4 2.4" /></>);
export const Coin = icon(<><path d="M4 6.4h12l-.9 9a1.2 1.2 0 0 1-1.2 1.1H6.1a1.2 1.2 0 0 1-1.2-1.1Z" /><path d="M7.2 8.6V5.8a2.8 2.8 0 0 1 5.6 0v2.8" /></>);
