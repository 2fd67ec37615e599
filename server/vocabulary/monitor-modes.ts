/** How a leader is in a call that an agent has: heard by nobody, by the agent alone, or by all. */
export const MONITOR_MODES = ['listen', 'whisper', 'barge'] as const;
export type MonitorMode = (typeof MONITOR_MODES)[number];
