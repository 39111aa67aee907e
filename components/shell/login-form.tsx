'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { z } from 'zod';
import { errorSentence } from '@/lib/client/errors';
import { ApiError } from '@/lib/client/http';
import { signIn } from '@/lib/client/session';
import { SignIn } from '@/lib/contract/accounts';
import { formatRemaining } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Front } from './front';
import { PasswordInput } from './password-field';
import { safeNext } from './safe-next';

type Fields = z.input<typeof SignIn>;

/** Seconds until another attempt is allowed; counts down by itself. */
const useWait = (error: unknown): number => {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = error instanceof ApiError && error.status === 429 ? (error.retryAfterSeconds ?? 30) : 0;
    setLeft(seconds);
    if (seconds === 0) return;
    const endMs = Date.now() + seconds * 1000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((endMs - Date.now()) / 1000))), 500);
    return () => clearInterval(timer);
  }, [error]);
  return left;
};

const reason = (error: unknown): string =>
  error instanceof ApiError && error.status === 401
    ? 'E-mail or password is not right. Check both and try again.'
    : errorSentence(error);

/** The sign-in page: a plain form that password managers understand. */
export const Login = () => {
  const router = useRouter();
  const client = useQueryClient();
  const next = safeNext(useSearchParams().get('next'));
  const form = useForm<Fields>({ resolver: zodResolver(SignIn), defaultValues: { email: '', password: '' } });
  const submit = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      client.clear();
      router.replace(next);
    },
    onError: () => form.resetField('password'),
  });
  const wait = useWait(submit.error);
  const { errors } = form.formState;
  return (
    <Front
      foot={
        <p className="text-ink-3 text-label">
          Forgot the password? An admin can set a new one, or the server itself:{' '}
          <code className="mono text-ink-2">node bin/siaran.mjs reset-admin</code>
        </p>
      }
    >
      <h1 className="font-[660] text-hero tracking-[-0.035em] [font-stretch:118%] max-sm:text-[29px] max-sm:leading-[34px]">
        Welcome back
      </h1>
      <p className="mt-2 text-ink-2 text-lead">Sign in to your station.</p>
      <form
        method="post"
        className="mt-6 grid gap-4"
        noValidate
        onSubmit={form.handleSubmit((values) => submit.mutate(values))}
      >
        <Field label="E-mail" error={errors.email?.message}>
          <Input
            {...form.register('email')}
            type="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
          />
        </Field>
        <Field label="Password" error={errors.password?.message}>
          <PasswordInput {...form.register('password')} autoComplete="current-password" />
        </Field>
        {submit.error ? (
          <p role="alert" className="text-bad text-label">
            {wait > 0 ? `Too many attempts. Try again in ${formatRemaining(wait)}.` : reason(submit.error)}
          </p>
        ) : null}
        <Button
          type="submit"
          tone="primary"
          size="lg"
          busy={submit.isPending || submit.isSuccess}
          disabled={wait > 0}
          className="mt-1"
        >
          Sign in
        </Button>
      </form>
    </Front>
  );
};
