'use client';

import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from '../ui/button';
import { Input } from '../ui/field';

/** A password with a way to look at it. */
export const PasswordInput = (props: ComponentProps<'input'>) => {
  const [shown, setShown] = useState(false);
  return (
    <span className="relative block">
      <Input {...props} type={shown ? 'text' : 'password'} className="pr-12" />
      <IconButton
        label={shown ? 'Hide password' : 'Show password'}
        onClick={() => setShown(!shown)}
        className="absolute top-1.5 right-2"
      >
        {shown ? <EyeOff /> : <Eye />}
      </IconButton>
    </span>
  );
};
