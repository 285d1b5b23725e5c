const sources = [560, 655, 735, 800, 855, 985, 1050, 1125, 1205, 1300]
const river = 930

const path = (from: number) => {
  // Those from afar join further down.
  const meets = 120 + Math.abs(from - river) * 1.05
  return `M ${from} -10 C ${from} ${meets * 0.55}, ${river} ${meets * 0.45}, ${river} ${meets} L ${river} 620`
}

/** Streams that meet in a river, beside the words and behind the slip. */
export function Streams() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1280 600"
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      className="absolute inset-0 -z-10 hidden h-full w-full text-accent-line opacity-60 lg:block"
    >
      {sources.map((from, index) => (
        <path key={from} d={path(from)} stroke="currentColor" strokeWidth={1.5 + (index % 3)} />
      ))}
      <path d={`M ${river} 480 L ${river} 620`} stroke="currentColor" strokeWidth="9" />
    </svg>
  )
}
