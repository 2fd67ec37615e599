/** 坐席在通话中打开的链接。 */
export const links = {
  'admin.links': '工作链接',
  'admin.links.add': '新建链接',
  'admin.links.empty': '带有来电信息的外部系统链接，坐席可在弹屏中打开。',
  'admin.part.link': '链接',
  'admin.link.url': '地址',
  'admin.link.url.hint':
    '花括号中的内容会被替换：customer.number、customer.name、customer.id、call.id、call.did、call.group、call.direction、agent.number、agent.name、agent.id，或 data. 加随路数据的键。',
  'admin.link.url.wrong': '请输入以 https:// 和主机名开头的地址，花括号中只能使用列出的名称。',
  'admin.link.groups': '技能组',
  'admin.link.groups.hint': '仅这些组的成员和组长可见。留空则所有人可见。',
  'admin.link.everybody': '所有人',
  'admin.link.remove': '移除链接',
  'admin.link.remove.sentence': '坐席将不再看到此链接。',
} as const;
