/** Make once, let everybody wait for it: calls with the same key share one run of `make`. */
export function singleFlight<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, make) => {
    const known = running.get(key);
    if (known) return known;
    const run = make().finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
}
