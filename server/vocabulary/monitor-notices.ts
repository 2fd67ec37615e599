/** What an agent is told of a leader who only listens: nothing, who it is, or that and a quiet tone again and again. */
export const MONITOR_NOTICES = ['none', 'shown', 'tone'] as const;
export type MonitorNotice = (typeof MONITOR_NOTICES)[number];
