interface Props<T extends string> {
  /** What is chosen here. */
  label: string;
  choices: readonly T[];
  chosen: T[];
  onChange: (chosen: T[]) => void;
}

/** Several of a list of names that the API has. */
export function Checks<T extends string>({ label, choices, chosen, onChange }: Props<T>) {
  return (
    <fieldset class="field checks">
      <legend>{label}</legend>
      <div class="checks-grid">
        {choices.map((choice) => (
          <label key={choice} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(choices.filter((other) => (other === choice ? checked : chosen.includes(other))))
              }
            />
            <code>{choice}</code>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
