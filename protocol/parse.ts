/**
 * The only gate from text to a frame. It returns a frame or a named refusal and never throws: depth and the number
 * of keys are counted on the text, before anything recursive touches it.
 */
import type { Refusal } from './frames.ts';
import { DEPTH, FRAME_BYTES, KEYS } from './limits.ts';
import { isRecord, own, type Shape } from './shape.ts';

export interface Refused { refused: Refusal; reason: string; /** The id of what was refused, if it could be read. */ id?: string }
export type Parsed<Frame> = { frame: Frame } | Refused;
/** For each `type` of frame, what it must look like. */
export type Frames<Frame extends { type: string }> = { [Type in Frame['type']]: Shape<Extract<Frame, { type: Type }>> };

/** What clients may say, from one text frame. */
export function parse<Frame extends { type: string }>(text: string, frames: Frames<Frame>): Parsed<Frame> {
  if (text.length > FRAME_BYTES) return refuse(`a frame has at most ${FRAME_BYTES} bytes`);
  const tooRich = countNesting(text);
  return tooRich ? refuse(tooRich) : parseFromServer(text, frames);
}

/** What the server says: as large as it needs to be, and still believed only in its shape. */
export function parseFromServer<Frame extends { type: string }>(text: string, frames: Frames<Frame>): Parsed<Frame> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not JSON');
  }
  return check(value, frames);
}

/** The same for a value that is already out of its JSON: one of the frames of a POST. */
export function check<Frame extends { type: string }>(value: unknown, frames: Frames<Frame>): Parsed<Frame> {
  const reason = fault(value, frames);
  if (!reason) return { frame: value as Frame };
  const id = isRecord(value) && own(value, 'id');
  return { ...refuse(reason), ...(typeof id === 'string' && ID.test(id) ? { id } : {}) };
}

/** What is wrong with a frame, or nothing. */
export function fault<Frame extends { type: string }>(value: unknown, frames: Frames<Frame>): string | undefined {
  if (!isRecord(value)) return 'a frame is an object';
  const type = own(value, 'type');
  const shape = typeof type === 'string' && own(frames, type) as Shape<unknown> | undefined;
  if (!shape) return 'unknown type of frame';
  const problem = shape(value);
  return problem && `${type}: ${problem}`;
}

export const ID = /^[A-Za-z0-9._-]{1,64}$/;

function refuse(reason: string): Refused {
  return { refused: 'bad_frame', reason };
}

/** Counts brackets and colons outside strings; a few microseconds for 64 KiB. */
export function countNesting(text: string, depthMost = DEPTH, keysMost = KEYS): string | undefined {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        for (i++; i < text.length; i++) {
          const unit = text.charCodeAt(i);
          if (unit === 0x5c) i++;
          else if (unit === 0x22) break;
        }
        break;
      case 0x7b: case 0x5b: // { [
        if (++depth > depthMost) return `nested deeper than ${depthMost}`;
        break;
      case 0x7d: case 0x5d: // } ]
        depth--;
        break;
      case 0x3a: // :
        if (++keys > keysMost) return `more than ${keysMost} fields`;
        break;
    }
  }
  return undefined;
}
