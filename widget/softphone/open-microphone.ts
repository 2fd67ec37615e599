/**
 * Opens the chosen microphone, or the system's when that is gone: a headset that is unplugged must not make the agent
 * unreachable. `exact`, because browsers take `ideal` for a wish that the default device fulfils as well.
 */
export async function openMicrophone(
  deviceId: string | null,
  wishes: MediaTrackConstraints = {},
): Promise<{ stream: MediaStream; substituted: boolean }> {
  // Absent on pages that are neither https nor localhost.
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) throw new DOMException('No media on this origin.', 'NotAllowedError');
  const open = (choice: MediaTrackConstraints): Promise<MediaStream> =>
    mediaDevices.getUserMedia({ audio: { ...wishes, ...choice } });
  try {
    const stream = await open(deviceId === null ? {} : { deviceId: { exact: deviceId } });
    return { stream, substituted: false };
  } catch (error) {
    if (deviceId === null || !UNUSABLE.includes((error as Error).name)) throw error;
    return { stream: await open({}), substituted: true };
  }
}

/** Media Capture and Streams §10.6: gone, never there, or held by somebody else. */
const UNUSABLE: readonly string[] = ['OverconstrainedError', 'NotFoundError', 'NotReadableError'];

/** Whether the device is there, as far as the browser tells: without permission it names none. */
export async function isThere(kind: MediaDeviceKind, deviceId: string): Promise<boolean> {
  const devices = ((await navigator.mediaDevices?.enumerateDevices()) ?? []).filter(
    (device) => device.kind === kind && device.deviceId !== '',
  );
  return devices.length === 0 || devices.some((device) => device.deviceId === deviceId);
}
