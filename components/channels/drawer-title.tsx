/** The headline of a part of the channel's drawer. */
export const DrawerTitle = ({ children, note }: { children: string; note?: string }) => (
  <h3 className="mb-2 flex items-baseline gap-2 font-semibold text-body">
    {children}
    {note ? <span className="font-medium text-ink-3 text-label">{note}</span> : null}
  </h3>
);
