import type { Sentences } from '../../i18n/sentences.ts';
import type { guide as english } from './guide.en.ts';

/** 从空团队到接通第一通电话。 */
export const guide: Sentences<typeof english> = {
  'admin.guide': '快速开始',
  'admin.guide.title': '接通第一通电话',
  'admin.guide.lead': '每一步保存后立即生效，完成的步骤会自动打勾。',
  'admin.guide.done': '已完成',
  'admin.guide.open': '待完成',
  'admin.guide.failed': '无法读取已完成的步骤。',
  'admin.guide.people': '人员',
  'admin.guide.people.do': '添加接听电话的坐席：逐个添加，或用表格（CSV，也可粘贴）批量导入。',
  'admin.guide.people.new': '新建坐席',
  'admin.guide.people.import': '导入表格',
  'admin.guide.group': '有成员的技能组',
  'admin.guide.group.do': '来电在技能组中排队，直到有成员空闲。请把坐席加入技能组。',
  'admin.guide.group.new': '新建技能组',
  'admin.guide.group.see': '查看技能组',
  'admin.guide.number': '通往技能组的号码',
  'admin.guide.number.do': '设置客户拨打的号码通往哪里，号码按运营商送来的格式填写。',
  'admin.guide.number.new': '新建号码',
  'admin.guide.page': '您的页面',
  'admin.guide.page.do': '允许坐席所用页面的地址，并把这一行放进该页面。',
  'admin.guide.page.origins': '允许页面',
  'admin.guide.try': '试一试',
  'admin.guide.try.do': '在这里显示电话条并签入，然后用电话拨打上面的号码，或让同事在电话条上拨打您的工号。',
  'admin.guide.try.own': '您的工号：{number}',
  'admin.guide.try.dialled': '已设置的号码：{numbers}',
  'admin.guide.try.bar': '显示电话条',
  'admin.guide.try.barIsThere': '电话条已显示在此页面上。',
};
