import { describe, expect, it } from 'vitest';
import { decode, readCsv, writeCsv } from '../../server/features/people-file/csv-text.ts';

/** 工号,姓名 and 1001,李雷, as a Chinese spreadsheet writes them. */
const GB18030 = Buffer.from('b9a4bac52cd0d5c3fb0d0a313030312cc0eec0d70d0a', 'hex');

const cellsOf = (text: string) => {
  const lines = readCsv(text);
  return 'brokenAt' in lines ? lines : lines.map(({ line, cells }) => [line, ...cells]);
};

describe('the text of a table', () => {
  it('is read in every encoding in which spreadsheets write it', () => {
    const text = '工号,姓名\r\n1001,李雷\r\n';
    expect(decode(GB18030)).toEqual({ text, encoding: 'gb18030' });
    expect(decode(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
    expect(decode(Buffer.from(`\uFEFF${text}`))?.encoding).toBe('utf-8');
    expect(decode(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toMatchObject({ encoding: 'utf-16' });
    expect(decode(Buffer.from([0xff, 0x00, 0x81]))).toBeNull();
  });

  it('has lines with their places, whatever stands between the cells', () => {
    for (const mark of [',', ';', '\t']) {
      const text = ['\uFEFFnumber,name', '', '1001,"Li, Lei', 'the second"', '1002,  Han '].join('\n');
      expect(
        cellsOf(text.replaceAll('number,', `number${mark}`).replaceAll(/^(\d+),/gm, `$1${mark}`)),
      ).toEqual([
        [1, 'number', 'name'],
        [3, '1001', 'Li, Lei\nthe second'],
        [5, '1002', 'Han'],
      ]);
    }
  });

  it('that cannot be read says in which line', () => {
    expect(cellsOf('number,name\n1001,a\n1002,"open\n1003,b\n')).toHaveProperty('brokenAt');
  });

  it('is written so that a spreadsheet calculates nothing of it, and reads as it was', () => {
    const cells = ['=1+1', '+86 10', '-1', '@here', 'a "b"', 'c,d', 'plain', "'quoted"];
    const written = writeCsv([cells]);
    expect(written.startsWith('\uFEFF')).toBe(true);
    expect(written).toContain(`'=1+1,'+86 10,'-1,'@here,"a ""b""","c,d",plain,'quoted\r\n`);
    expect(cellsOf(written)).toEqual([[1, ...cells]]);
  });
});
