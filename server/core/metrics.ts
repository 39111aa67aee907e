import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics in base units; no user names and no addresses as labels. */
export type Metrics = {
  registry: Registry;
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** A gauge that is filled each time it is asked for; labels of the last time are gone. */
  readings<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    read: () => readonly { labels: Record<L, string>; value: number }[],
  ): void;
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels?: readonly L[],
  ): Histogram<L>;
};

export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers }),
    gauge: (name, help, labels = []) => new Gauge({ name, help, labelNames: labels, registers }),
    readings: (name, help, labels, read) => {
      const gauge = new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        collect: () => {
          gauge.reset();
          for (const reading of read()) gauge.set(reading.labels, reading.value);
        },
      });
    },
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, buckets, labelNames: labels, registers }),
  };
}
