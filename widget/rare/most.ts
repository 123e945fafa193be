/** As in protocol/limits.ts, which cannot be shared with a file that loads alone; a test keeps the two together. */
export const MOST = { name: 80, email: 254, event: 64, jwt: 4_096, fields: 20, text: 500 };
