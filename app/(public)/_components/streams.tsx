const streams = 9
const path = (index: number) => {
  const from = 20 + index * 62
  const meets = 430 + index * 76
  return `M-20 ${from} C ${meets * 0.45} ${from}, ${meets * 0.62} 300, ${meets + 60} 300 L 1300 300`
}

/** Streams that meet in a river, behind the words. */
export function Streams() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1200 540"
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      className="absolute inset-0 -z-10 h-full w-full text-accent opacity-[0.13]"
    >
      {Array.from({ length: streams }, (_, index) => (
        <path key={index} d={path(index)} stroke="currentColor" strokeWidth={2 + (index % 3)} />
      ))}
    </svg>
  )
}
