/** A person's first letter on a disc. */
export const Avatar = ({ name }: { name: string }) => (
  <span
    aria-hidden
    className="grid size-6 shrink-0 place-items-center rounded-full bg-linear-140 from-[#6D48EE] to-[#3A17A8] font-[650] text-[10.5px] text-white"
  >
    {([...name.trim()][0] ?? '?').toUpperCase()}
  </span>
);
