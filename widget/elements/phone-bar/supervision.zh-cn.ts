import type { Sentences } from '../../i18n/sentences.ts';
import type { words as english } from './supervision.en.ts';

export const words: Sentences<typeof english> = {
  'monitor.label': '监听坐席',
  'monitor.calling': '正在呼叫您的话机以监听 {who}…',
  'monitor.listen': '监听',
  'monitor.listen.tip': '您听双方，双方都听不到您',
  'monitor.listen.now': '正在监听 {who}',
  'monitor.whisper': '耳语',
  'monitor.whisper.tip': '只有 {who} 听到您',
  'monitor.whisper.now': '耳语中：只有 {who} 听到您',
  'monitor.barge': '强插',
  'monitor.barge.tip': '所有人都听到您',
  'monitor.barge.now': '强插 {who}：所有人都听到您',
  'monitor.takeOver': '接管',
  'monitor.takeOver.tip': '通话由您接手，{who} 退出',
  'monitor.stop': '停止',
};
