'use client';

import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ImportResult } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { Segmented } from '../ui/segmented';

type Kind = 'added' | 'changed' | 'skipped';
type Row = { line: number; name: string; note: string };

const rowsOf = ({ samples }: ImportResult, kind: Kind): Row[] => {
  if (kind === 'added')
    return samples.added.map((e) => ({ line: e.line, name: e.name, note: e.group || 'No group' }));
  if (kind === 'changed') {
    return samples.changed.map((e) => ({ line: e.line, name: e.name, note: `New ${e.fields.join(', ')}` }));
  }
  return samples.skipped.map((e) => ({ line: e.line, name: e.name || 'No name', note: e.reason }));
};

const Figures = ({ result }: { result: ImportResult }) => {
  const figures = [
    { label: 'added', value: result.added, tone: 'text-ink' },
    { label: 'updated', value: result.changed, tone: 'text-ink' },
    { label: 'unchanged', value: result.unchanged, tone: 'text-ink-2' },
    { label: 'skipped', value: result.skipped, tone: result.skipped > 0 ? 'text-warn' : 'text-ink-2' },
  ];
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-2">
      {figures.map(({ label, value, tone }) => (
        <div key={label} className="flex flex-col-reverse">
          <dt className="text-ink-3 text-label">{label}</dt>
          <dd className={`wide font-[640] text-[22px] leading-7 ${tone}`}>{formatCount(value)}</dd>
        </div>
      ))}
    </dl>
  );
};

/** What a list would add, update and skip, with the reason for each entry that stays out. */
export const ImportPreview = ({ result }: { result: ImportResult }) => {
  const kinds = (['added', 'changed', 'skipped'] as const).filter((kind) => result[kind] > 0);
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'added');
  const rows = rowsOf(result, kind);
  const label = { added: 'Added', changed: 'Updated', skipped: 'Skipped' } as const;
  return (
    <div className="grid gap-4">
      <Figures result={result} />
      {result.missing > 0 ? (
        <p className="text-ink-2">
          {formatCount(result.missing)} {result.missing === 1 ? 'channel' : 'channels'} of this provider no
          longer in the list. They stay, marked as missing.
        </p>
      ) : null}
      {result.warnings.map((warning) => (
        <p key={warning} className="flex gap-2 text-ink-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 text-warn" />
          {warning}
        </p>
      ))}
      {kinds.length > 1 ? (
        <Segmented
          label="Entries to look at"
          value={kind}
          onChange={setKind}
          options={kinds.map((value) => ({ value, label: `${label[value]} ${formatCount(result[value])}` }))}
          className="w-fit"
        />
      ) : null}
      {rows.length > 0 ? (
        <div className="overflow-hidden rounded-md border border-line">
          <table className="w-full table-fixed text-left">
            <thead className="text-ink-3 text-label">
              <tr className="border-line border-b">
                <th className="w-[68px] px-3 py-1.5 text-right font-[550]">Line</th>
                <th className="px-3 py-1.5 font-[550]">Name</th>
                <th className="px-3 py-1.5 font-[550] max-sm:hidden">
                  {kind === 'skipped' ? 'Why' : kind === 'added' ? 'Group' : 'What'}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.line} ${row.name}`} className="border-line-soft border-b last:border-b-0">
                  <td className="px-3 py-1.5 text-right text-ink-3 tabular-nums">{formatCount(row.line)}</td>
                  <td className="truncate px-3 py-1.5 font-[550]">
                    <span className="block truncate">{row.name}</span>
                    <span className="block whitespace-normal font-[450] text-ink-3 text-label sm:hidden">
                      {row.note}
                    </span>
                  </td>
                  <td className="px-3 py-1.5 text-ink-2 max-sm:hidden">{row.note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {rows.length > 0 && rows.length < result[kind] ? (
        <p className="text-ink-3 text-label">
          The first {formatCount(rows.length)} of {formatCount(result[kind])}.
        </p>
      ) : null}
    </div>
  );
};
