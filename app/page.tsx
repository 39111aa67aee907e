'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { homeOf, SessionGate, useMe } from '@/components/shell/session';

const Forward = () => {
  const me = useMe();
  const router = useRouter();
  useEffect(() => router.replace(homeOf(me.role)), [me.role, router]);
  return null;
};

export default function Home() {
  return (
    <SessionGate need="viewer">
      <Forward />
    </SessionGate>
  );
}
