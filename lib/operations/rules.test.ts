import { describe, expect, it } from 'vitest'
import { findPassed, valueInWords, type Gauges, type Thresholds } from './rules'

const well: Gauges = {
  inbox_age: 300,
  quarantine: 0,
  completeness: 10_000,
  clearing: 0,
  fee_wait: 48,
  webhook_silence: 24,
}
const thresholds: Thresholds = {
  inbox_age: 300,
  quarantine: 1,
  completeness: 10_000,
  clearing: 1,
  fee_wait: 48,
  webhook_silence: 24,
}

describe('thresholds', () => {
  it('are not passed by what is exactly as old as is allowed', () => {
    expect(findPassed(well, thresholds)).toEqual([])
  })

  it.each([
    ['inbox_age', 301],
    ['quarantine', 1],
    ['completeness', 9_999],
    ['clearing', 1],
    ['fee_wait', 49],
    ['webhook_silence', 25],
  ] as const)('%s is passed by %i', (kind, value) => {
    expect(findPassed({ ...well, [kind]: value }, thresholds)).toEqual([
      { kind, value, threshold: thresholds[kind] },
    ])
    expect(findPassed({ ...well, [kind]: value }, { ...thresholds, [kind]: null })).toEqual([])
    expect(findPassed({ ...well, [kind]: null }, thresholds)).toEqual([])
  })

  it('are said in words', () => {
    expect(valueInWords('inbox_age', 119)).toBe('119 seconds')
    expect(valueInWords('inbox_age', 5_520)).toBe('92 minutes')
    expect(valueInWords('completeness', 9_987)).toBe('99.87 %')
    expect(valueInWords('completeness', 9_905)).toBe('99.05 %')
    expect(valueInWords('quarantine', 1)).toBe('1 event')
    expect(valueInWords('fee_wait', 49)).toBe('49 hours')
  })
})
