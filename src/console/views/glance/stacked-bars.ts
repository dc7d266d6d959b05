import uPlot from "uplot";

/** A chart of bars that are made of parts. */
export interface StackedBars {
  /** The name of each bar, below it. */
  labels: string[];
  /** The parts, from the lowest: one number for each bar. */
  parts: number[][];
  /** A colour for each of them, as CSS has it. */
  colours: string[];
  /** Of the words and the lines. */
  ink: string;
  line: string;
  font: string;
  formatNumber: (value: number) => string;
  /** Told which bar the pointer is at. */
  onPoint: (bar: number | null) => void;
}

/**
 * Draws it into an element, and again when that changes its size.
 *
 * @returns removes it.
 */
export function drawStackedBars(element: HTMLElement, bars: StackedBars): () => void {
  const { labels, parts, colours, ink, line, font } = bars;
  // Each bar is drawn from the ground up: the highest first, so that the lower parts lie before it.
  const sums = labels.map(() => 0);
  const stacked = parts.map((part) => part.map((count, at) => (sums[at] = (sums[at] ?? 0) + count)));
  const size = () => ({ width: element.clientWidth, height: element.clientHeight });
  const paths = uPlot.paths.bars?.({ size: [0.75, 48] });
  const axis = { stroke: ink, font, ticks: { show: false } };
  const chart = new uPlot(
    {
      ...size(),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [-0.5, labels.length - 0.5] },
        y: { range: (_, __, most) => [0, Math.max(most * 1.05, 4)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          incrs: [1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28],
          space: 60,
          values: (_, places) => places.map((place) => labels[place] ?? ""),
        },
        {
          ...axis,
          grid: { stroke: line, width: 1 },
          incrs: [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
          values: (_, counts) => counts.map(bars.formatNumber),
          size: 60,
        },
      ],
      series: [
        {},
        ...stacked.toReversed().map((_, index) => ({
          fill: colours[parts.length - 1 - index] ?? ink,
          width: 0,
          points: { show: false },
          ...(paths && { paths }),
        })),
      ],
      hooks: { setCursor: [({ cursor }) => bars.onPoint(cursor.idx ?? null)] },
    },
    [labels.map((_, at) => at), ...stacked.toReversed()],
    element,
  );
  const observer = new ResizeObserver(() => chart.setSize(size()));
  observer.observe(element);
  return () => {
    observer.disconnect();
    chart.destroy();
  };
}
