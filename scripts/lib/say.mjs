// Plain words on the terminal; nothing here needs an installed package.
export const say = (text) => process.stdout.write(`${text}\n`);
export const warn = (text) => process.stderr.write(`${text}\n`);

/** Ends the script with a sentence that says what to do. */
export function stop(text, code = 1) {
  warn(text);
  process.exit(code);
}

export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
