/** Apart from the other rare parts: whoever writes while nobody is in loads this, and should not load all of them. */
export { address } from './rare/address.ts';
