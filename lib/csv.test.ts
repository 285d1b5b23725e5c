import { describe, expect, it } from 'vitest'
import { toCsv } from './csv'

describe('a cell of a CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['-•••@e•••.com', "'-•••@e•••.com"],
    [' =1+1', "' =1+1"],
    ['\t=1+1', "'\t=1+1"],
    ['＝1+1', "'＝1+1"],
    ['\n=1+1', '"\'\n=1+1"'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ])('%j is no formula to a spreadsheet', (value, cell) => {
    expect(toCsv([[value]])).toBe(`${cell}\r\n`)
  })

  it('is left as it is where it is an amount or plain text', () => {
    const row = ['-12.34', '-5', '27.55', 'pi_1', 'a=b', '2026-01-31', '']
    expect(toCsv([row])).toBe(`${row.join(',')}\r\n`)
  })
})
