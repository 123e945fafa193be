/** Addresses of agents: what they sign in with. */
import { EMAIL_CHARS } from '../../protocol/limits.ts';
import type { Shape } from '../../protocol/shape.ts';

/** Something before and after one @, nothing odd: whether mail arrives there is another question. */
export const EMAIL: Shape<string> = (value) =>
  typeof value === 'string' && value.length <= EMAIL_CHARS && /^[^\s@<>"(),:;\\\p{C}]+@[^\s@<>"(),:;\\\p{C}]+$/u.test(value)
    ? undefined : 'must be an email address';

/** One spelling an account: nobody knows whether her address was written with a capital. */
export const sameEmail = (email: string): string => email.trim().toLowerCase();
