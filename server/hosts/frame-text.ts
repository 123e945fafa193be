/** Frames as text. */
let lastFrame: object | undefined;
let lastText = '';

/** A frame that goes to many is put into text once. */
export function toText(frame: object): string {
  if (frame !== lastFrame) {
    lastFrame = frame;
    lastText = JSON.stringify(frame);
  }
  return lastText;
}
