import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface SelectProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  disabled?: boolean;
  hint?: ComponentChildren;
}

/** A choice from a list, with its label. */
export function Select({ label, value, options, onChange, disabled, hint }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        disabled={disabled ?? false}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && <p class="small quiet">{hint}</p>}
    </div>
  );
}

interface InputProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "password" | "search" | "url" | "number" | "date";
  name?: string;
  autocomplete?: "username" | "current-password" | "off";
  required?: boolean;
  placeholder?: string;
  /** The least and the most that a number, or a day, may be. */
  min?: string;
  max?: string;
  hint?: ComponentChildren;
}

/** A line of text, with its label. */
export function Input({ label, value, onInput, type = "text", hint, required = false, ...rest }: InputProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        // biome-ignore lint/suspicious/noExplicitAny: the kinds of `type` are one to Preact's types, and several in a union.
        type={type as any}
        value={value}
        required={required}
        onInput={(event: Event & { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value)}
        {...rest}
      />
      {hint && <p class="small quiet">{hint}</p>}
    </div>
  );
}
