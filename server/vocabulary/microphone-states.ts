/** What a page knows of its microphone. */
export const MICROPHONE_STATES = ['unknown', 'ready', 'refused', 'missing'] as const;
export type MicrophoneState = (typeof MICROPHONE_STATES)[number];
