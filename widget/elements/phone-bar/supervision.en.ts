/** A leader who is in the call of an agent. */
export const words = {
  'monitor.label': 'Listening to an agent',
  'monitor.calling': 'Calling your phone to listen to {who}…',
  'monitor.listen': 'Listen',
  'monitor.listen.tip': 'You hear both; nobody hears you',
  'monitor.listen.now': 'Listening to {who}',
  'monitor.whisper': 'Whisper',
  'monitor.whisper.tip': 'Only {who} hears you',
  'monitor.whisper.now': 'Only {who} hears you',
  'monitor.barge': 'Barge in',
  'monitor.barge.tip': 'All hear you',
  'monitor.barge.now': '{who}: all hear you',
  'monitor.takeOver': 'Take over',
  'monitor.takeOver.tip': 'You have the call, and {who} is out of it',
  'monitor.stop': 'Stop',
} as const;
