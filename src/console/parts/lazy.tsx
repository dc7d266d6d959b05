import { signal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { ProblemNotice } from "./problem-notice.tsx";
import { Loading } from "./title.tsx";

/** A view that is loaded when it is shown, or before. */
export type Lazy<Props> = ((props: Props) => VNode) & { preload(): void };

/**
 * A view whose code is loaded when it is first shown.
 *
 * @param load imports it.
 */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazy<Props> {
  const view = signal<ComponentType<Props> | null>(null);
  const problem = signal<unknown>(null);
  let isStarted = false;
  const start = () => {
    isStarted = true;
    problem.value = null;
    load().then(
      (component) => {
        view.value = component;
      },
      (error) => {
        problem.value = error;
      },
    );
  };
  const preload = () => {
    if (!isStarted) start();
  };
  const Shown = (props: Props) => {
    preload();
    const View = view.value;
    if (View) return <View {...props} />;
    return problem.value ? <ProblemNotice error={problem.value} onRetry={start} /> : <Loading />;
  };
  return Object.assign(Shown, { preload });
}
