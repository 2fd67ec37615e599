/** The digest realm of the switch: the hashes of all credentials are made with it (`HA1 = MD5(username:realm:password)`). */
export const SIP_REALM = 'telebar';
