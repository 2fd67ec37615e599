import type { Sentences } from '../../i18n/sentences.ts';
import type { phones as english } from './phones.en.ts';

export const phones: Sentences<typeof english> = {
  'admin.phones': '话机',
  'admin.phones.add': '新建话机',
  'admin.phones.empty': '还没有话机。请为每台在此注册的桌面话机新建一个。',
  'admin.part.phone': '话机',
  'admin.phone.username': 'SIP 用户名',
  'admin.phone.name.new': '放在哪里，或归谁使用。保存后会显示注册信息。',
  'admin.phone.name.hint': '放在哪里，或归谁使用。',
  'admin.phone.told': '请立即在话机上填写：密码不会再次显示。',
  'admin.phone.server': '注册服务器',
  'admin.phone.port': '端口',
  'admin.phone.server.hint': '话机访问本服务器的地址，可能与您的不同。',
  'admin.phone.server.other': '此处由其他系统负责话机注册，或端口不固定：请填写话机的注册地址。',
  'admin.phone.maker': '话机品牌',
  'admin.phone.maker.any': '任意，手工填写',
  'admin.phone.line.display': '显示名',
  'admin.phone.line.user': '用户名',
  'admin.phone.line.authentication': '认证名',
  'admin.phone.line.password': '密码',
  'admin.phone.line.registrar': '注册服务器',
  'admin.phone.line.transport': '传输协议',
  'admin.phone.lines': '填写内容',
  'admin.phone.file': '配置文件',
  'admin.phone.file.hint':
    '请保存为 {name}，将 mac 换成话机的 MAC 地址，放到话机获取配置的位置；也可在话机网页上导入。',
  'admin.phone.save': '保存为文件',
  'admin.phone.renew': '新密码',
  'admin.phone.renew.sentence': '原密码立即失效：话机须用新密码注册。',
  'admin.phone.remove': '删除话机',
  'admin.phone.remove.sentence': '它将无法再注册。正在使用它的坐席会断开，直到选择其他话机。',
};
