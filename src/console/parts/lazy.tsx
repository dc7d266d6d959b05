import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { ProblemNotice } from "./problem-notice.tsx";
import { Loading } from "./title.tsx";

/**
 * A view whose code is loaded when it is first shown.
 *
 * @param load imports it.
 */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
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
  return (props) => {
    if (!isStarted) start();
    const View = view.value;
    if (View) return <View {...props} />;
    return problem.value ? <ProblemNotice error={problem.value} onRetry={start} /> : <Loading />;
  };
}
