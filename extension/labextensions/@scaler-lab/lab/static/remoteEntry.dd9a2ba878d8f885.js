// Built from extension/, sources dd9a2ba878d8f885dd2b3aee416358e8a27c1dda4f485424e4214442e08fd523
(globalThis._JUPYTERLAB ??= {})["@scaler-lab/lab"] = (() => {
  let scope = {};
  let made;

  const isNewer = (a, b) => a.localeCompare(b, "en", { numeric: true }) > 0;

  const shared = async (name) => {
    const versions = scope[name] ?? {};
    let chosen;
    for (const version of Object.keys(versions)) {
      if (versions[version].loaded) {
        chosen = version;
        break;
      }
      if (chosen === undefined || isNewer(version, chosen)) {
        chosen = version;
      }
    }
    if (chosen === undefined) {
      return undefined;
    }
    versions[chosen].loaded = 1;
    return (await versions[chosen].get())();
  };

  const make = async () => {
    const modules = {};
    await Promise.all(
      ["@jupyterlab/application","@jupyterlab/apputils","@jupyterlab/coreutils","@jupyterlab/notebook","@jupyterlab/running","@jupyterlab/services","@jupyterlab/settingregistry","@jupyterlab/statusbar","@jupyterlab/ui-components","@lumino/coreutils","@lumino/signaling","@lumino/widgets"].map(async (name) => {
        modules[name] = await shared(name);
      }),
    );
    // Notebook 7 shares fewer.  What is taken of those it lacks are tokens of services, all
    // optional: one that nobody provides.
    const { Token } = modules["@lumino/coreutils"];
    const none = (name) =>
      new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : new Token(`${name}:none`)) });
    const require = (name) => modules[name] ?? none(name);
    const module = { exports: {} };
    ((require, module, exports) => {
      "use strict";var __defProp=Object.defineProperty;var __getOwnPropDesc=Object.getOwnPropertyDescriptor;var __getOwnPropNames=Object.getOwnPropertyNames;var __hasOwnProp=Object.prototype.hasOwnProperty;var __export=(target,all)=>{for(var name in all)__defProp(target,name,{get:all[name],enumerable:!0})},__copyProps=(to,from2,except,desc)=>{if(from2&&typeof from2=="object"||typeof from2=="function")for(let key of __getOwnPropNames(from2))!__hasOwnProp.call(to,key)&&key!==except&&__defProp(to,key,{get:()=>from2[key],enumerable:!(desc=__getOwnPropDesc(from2,key))||desc.enumerable});return to};var __toCommonJS=mod=>__copyProps(__defProp({},"__esModule",{value:!0}),mod);var index_exports={};__export(index_exports,{default:()=>index_default});module.exports=__toCommonJS(index_exports);var import_notebook=require("@jupyterlab/notebook");var import_coreutils=require("@lumino/coreutils"),NAMESPACE="@scaler-lab/lab",ITasks=new import_coreutils.Token(`${NAMESPACE}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),CommandIDs={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var cells={id:`${NAMESPACE}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[ITasks],optional:[import_notebook.INotebookTracker],activate:(app,tasks3,tracker)=>{tracker!==null&&(tasks3.goToCell=async cellId=>{for(let panel2 of panelsOf(tracker)){let index=panel2.content.widgets.findIndex(({model})=>model.id===cellId),cell2=panel2.content.widgets[index];if(cell2!==void 0)return app.shell.activateById(panel2.id),panel2.content.activeCellIndex=index,panel2.content.deselectAll(),await panel2.content.scrollToCell(cell2),!0}return!1})}};function panelsOf(tracker){let panels=[];return tracker.forEach(panel2=>{panel2===tracker.currentWidget?panels.unshift(panel2):panels.push(panel2)}),panels}var import_apputils=require("@jupyterlab/apputils"),import_settingregistry=require("@jupyterlab/settingregistry");var Notices=class{constructor(emit){this.emit=emit}settings={failures:!0,doneAfter:60};gathered=new Map;told=new Map;number=0;timer=null;apply({engineId,title,tasks:tasks3,failed}){let{failures,doneAfter}=this.settings,failing=failures?tasks3.filter(({status:status2})=>status2==="failed"):[],done=tasks3.filter(({status:status2,seconds})=>status2==="succeeded"&&doneAfter>0&&seconds>=doneAfter),nFailed=failures?failed:0;if(nFailed===0&&done.length===0)return;let gathered=this.gathered.get(engineId)??{engineId,title,failed:0,failures:[],done:[]};this.gathered.set(engineId,gathered),gathered.failed+=nFailed,gathered.failures.push(...failing.slice(0,3)),gathered.done.push(...done),this.timer??=setTimeout(()=>{this.flush()},1500)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let gathered of this.gathered.values()){gathered.failed>0&&this.emitFailures(gathered);let{engineId,title,done}=gathered,[first]=done;if(first!==void 0){this.number+=1;let text=doneText(title,done);this.emit({kind:"done",engineId,text,first,number:this.number})}}this.gathered.clear()}emitFailures({engineId,title,failed,failures}){let now=Date.now(),told=this.told.get(engineId);(told===void 0||now-told.at>15e3)&&(this.number+=1,told={number:this.number,failed:0,failures:[],at:now}),told={number:told.number,failed:told.failed+failed,failures:[...told.failures,...failures].slice(0,3),at:now},this.told.set(engineId,told),this.emit({kind:"failed",engineId,text:failedText(title,told.failed,told.failures),first:told.failures[0]??null,number:told.number})}};function failedText(title,failed,failures){let[first]=failures;return first===void 0?`${failed} tasks failed in ${title}`:failed===1?`${first.name} failed in ${title}: ${first.error}`:`${failed} tasks failed in ${title}, first ${first.name}: ${first.error}`}function doneText(title,done){let[first]=done;return done.length===1&&first!==void 0?`${first.name} is done in ${title}, after ${Math.round(first.seconds)} s`:`${done.length} long tasks are done in ${title}${named(done,done.length)}`}function named(tasks3,n){let names=[...new Set(tasks3.slice(0,3).map(({name})=>name))];return names.length===0?"":`: ${names.join(", ")}${n>names.length?" …":""}`}function readSettings(composite){let{notifyFailures,notifyDoneAfterSeconds,area}=composite;return{failures:notifyFailures!==!1,doneAfter:typeof notifyDoneAfterSeconds=="number"?notifyDoneAfterSeconds:60,area:area==="right"?"right":"left"}}var DONE_CLOSES_AFTER_MS=8e3,FAILED_CLOSES_AFTER_MS=15e3,notifications={id:`${NAMESPACE}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[ITasks],optional:[import_settingregistry.ISettingRegistry],activate:(app,{model},registry)=>{let shown=new Map,notices=new Notices(notice=>{let id=shown.get(notice.number),options=optionsOf(app,notice);(id===void 0||!import_apputils.Notification.update({id,message:notice.text,...options}))&&shown.set(notice.number,import_apputils.Notification.emit(notice.text,typeOf(notice),options))});model.onEnding(ending=>{notices.apply(ending)}),registry?.load(`${NAMESPACE}:plugin`).then(settings=>{let read2=()=>{notices.settings=readSettings({...settings.composite})};read2(),settings.changed.connect(read2)},()=>{})}};function typeOf({kind}){return kind==="failed"?"error":"success"}function optionsOf(app,{kind,engineId,first}){let isFailure=kind==="failed",open=task=>{app.commands.execute(CommandIDs.showPanel,{host:engineId,task})};return{autoClose:isFailure?FAILED_CLOSES_AFTER_MS:DONE_CLOSES_AFTER_MS,actions:[...isFailure&&first!==null?[{label:"Show traceback",callback:()=>{open(first.id)}}]:[],{label:"Show tasks",callback:()=>{open("")}}]}}var import_application=require("@jupyterlab/application"),import_apputils2=require("@jupyterlab/apputils"),import_settingregistry2=require("@jupyterlab/settingregistry");var STATUSES=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function noCounts(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function isDone(status2){return status2==="succeeded"||status2==="failed"||status2==="cancelled"}function isStoppable(status2){return isToCome(status2)||status2==="running"}function stoppableOf(counts){return toComeOf(counts)+counts.running}function toComeOf({queued,waiting,retrying}){return queued+waiting+retrying}function isToCome(status2){return status2==="queued"||status2==="waiting"||status2==="retrying"}function isRetriable(status2){return status2==="failed"||status2==="cancelled"}var ICONS={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var FeedError=class extends Error{name="FeedError"};function readList(value){if(!Array.isArray(value))throw new FeedError(`expected a list, not ${typeof value}`);return value}function readNumber(value){if(typeof value!="number")throw new FeedError(`expected a number, not ${typeof value}`);return value}function readText(value){if(typeof value!="string")throw new FeedError(`expected a text, not ${typeof value}`);return value}function readFlag(value){if(typeof value!="boolean")throw new FeedError(`expected true or false, not ${typeof value}`);return value}function readNumberOrNull(value){return value==null?null:readNumber(value)}function readTextOrNull(value){return value==null?null:readText(value)}var KNOWN=new Set(STATUSES);function readStatus(value){if(!KNOWN.has(value))throw new FeedError(`not a status: ${String(value)}`);return value}function readCounts(value){if(typeof value!="object"||value===null)return null;let counts=noCounts();for(let[name,n]of Object.entries(value))counts[readStatus(name)]=readNumber(n);return counts}function readCountsIfAny(value){let counts=readCounts(value);return counts===null||Object.keys(value).length===0?null:counts}function readStack(value){if(value==null)return null;let parts=readList(value);return{state:readText(parts[0]),taken:readText(parts[1]),problem:readText(parts[2]),threads:readList(parts[3]).map(frames=>readList(frames).map(readFrame))}}function readFrame(value){let parts=readList(value);return{file:readText(parts[0]),line:readNumber(parts[1]),name:readText(parts[2]),source:readText(parts[3])}}function stackText(stack){return stack.threads.map(frames=>frames.map(({file,line,name,source})=>{let place=`  File "${file}", line ${line}, in ${name}`;return source===""?place:`${place}
    ${source}`}).join(`
`)).join(`
another thread of the task
`)}function readMessage(value){let parts=readList(value);switch(parts[0]){case"welcome":return{kind:"welcome",protocol:readNumber(parts[1]),engineId:readText(parts[2]),label:readText(parts[3]),pid:readNumber(parts[4]),workerCount:readNumber(parts[5]??0),canStopRunning:readFlag(parts[6]??!0),reportsStarts:readFlag(parts[7]??!0),program:readText(parts[8]??"")};case"snapshot":return{kind:"snapshot",version:readNumber(parts[1]),part:readNumber(parts[2]),parts:readNumber(parts[3]),rows:readColumns(parts[4]),counts:readCountsIfAny(parts[5])};case"changes":return{kind:"changes",since:readNumber(parts[1]),version:readNumber(parts[2]),rows:readColumns(parts[3]),forgotten:readList(parts[4]).map(readText),counts:readCountsIfAny(parts[5])};case"response":return{kind:"response",request:readNumber(parts[1]),accepted:readNumber(parts[2]),trouble:readText(parts[3]??""),version:readNumber(parts[4]??0)};case"details-of":return{kind:"details",request:readNumber(parts[1]),taskId:readText(parts[2]),traceback:readText(parts[4]??""),output:readText(parts[5]??""),outputBefore:readNumber(parts[6]??0),profile:readProfile(parts[7]),stack:readStack(parts[8])};case"ended":return{kind:"closed",reason:readText(parts[1])};default:throw new FeedError(`not a message of this feed: ${String(parts[0])}`)}}function readColumns(value){let columns=readList(value).map(readList);if(columns.length===0)return[];if(columns.length<6)throw new FeedError(`a row has 6 fields, not ${columns.length}`);let column=n=>columns[n]??[],number=0,version=0;return column(0).map((_id,n)=>(number+=readNumber(column(1)[n]),version+=readNumber(column(4)[n]),{id:readText(column(0)[n]),number,name:readText(column(2)[n]),status:readStatus(column(3)[n]),version,submittedAt:readNumber(column(5)[n]),groupName:readText(column(6)[n]??""),worker:readText(column(7)[n]??""),startedAt:readNumberOrNull(column(8)[n]),endedAt:readNumberOrNull(column(9)[n]),cancelRequestedAt:readNumberOrNull(column(10)[n]),cancelRequestedBy:readText(column(11)[n]??""),cancelResolution:readTextOrNull(column(12)[n]),cancelSeconds:readNumberOrNull(column(13)[n]),error:readText(column(14)[n]??""),detail:readText(column(15)[n]??""),progress:readProgress(column(16)[n]),outputBytes:readNumber(column(17)[n]??0),attempt:readNumber(column(18)[n]??1),tags:readList(column(19)[n]??[]).map(readText),cell:readText(column(20)[n]??"")}))}function readProgress(value){if(value==null)return null;let parts=readList(value);return{done:readNumber(parts[0]),total:readNumberOrNull(parts[1]),note:readText(parts[2]??"")}}function readProfile(value){if(typeof value!="object"||value===null)return null;let of=value;return{queueSeconds:readNumberOrNull(of.queue_seconds),runSeconds:readNumberOrNull(of.run_seconds),cpuSeconds:readNumberOrNull(of.cpu_seconds),peakMemory:readNumberOrNull(of.peak_memory),bytesIn:readNumberOrNull(of.bytes_in),bytesOut:readNumberOrNull(of.bytes_out),worker:readText(of.worker??""),attempt:readNumber(of.attempt??1)}}function pageStorage(){try{return window.sessionStorage}catch{return null}}function recall(storage,key){try{return storage?.getItem(key)??""}catch{return""}}function remember(storage,key,value){try{storage?.setItem(key,value)}catch{}}var KEY="scaler_lab.folds",MAX_KEPT=300,Folding=class{constructor(engine=()=>"",storage=null){this.engine=engine;this.storage=storage;this.shown=new Map(read(storage))}open=new Set;shown;isFolded(group){return this.shown.get(this.key(group))??!this.open.has(group.id)}fit(groups,rows){let left=rows,open=new Set;for(let group of groups)group.size<=left&&(open.add(group.id),left-=group.size);this.open=open}set(group,isFolded){let key=this.key(group);this.shown.delete(key),this.shown.set(key,isFolded);for(let oldest of this.shown.keys()){if(this.shown.size<=MAX_KEPT)break;this.shown.delete(oldest)}remember(this.storage,KEY,JSON.stringify([...this.shown]))}key(group){return`${this.engine()} ${group.id}`}};function read(storage){try{let kept=JSON.parse(recall(storage,KEY));return Array.isArray(kept)?kept.filter(isPair):[]}catch{return[]}}function isPair(value){return Array.isArray(value)&&typeof value[0]=="string"&&typeof value[1]=="boolean"}var GROUP="group:",ID_LENGTH=32;function isGroupId(id){return id.startsWith(GROUP)}function groupIdOf(row){if(row.groupName==="")return null;let{name}=row,open=name.endsWith("]")?name.lastIndexOf("["):-1,place=open<0?NaN:Number(name.slice(open+1,-1)),first=Number.isInteger(place)&&place>=0?String(row.number-place):"",client=row.id.length===ID_LENGTH?row.id.slice(0,ID_LENGTH/2):"";return`${GROUP}${client} ${first} ${row.groupName}`}var Group=class{constructor(id,row){this.id=id;this.name=row.groupName}counts=noCounts();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row}of this.members)return row.number;return 0}get size(){return STATUSES.reduce((sum,status2)=>sum+this.counts[status2],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded,failed,cancelled}=this.counts;return succeeded+failed+cancelled}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return STATUSES.find(status2=>this.counts[status2]>0)??"succeeded"}get rows(){let rows=[];for(let{row}of this.members)rows.push(row);return inOrder(rows)}stillCancelling(time){let rows=[];if(this.counts.cancelling>0)for(let{row}of this.members)row.status==="cancelling"&&row.cancelRequestedAt!==null&&row.cancelRequestedAt<time&&rows.push(row);return rows}add(entry){this.members.add(entry),this.counts[entry.row.status]+=1,this.note(entry.row)}change(before,now){this.counts[before.status]-=1,this.counts[now.status]+=1,this.note(now)}remove(entry){this.members.delete(entry),isDone(entry.row.status)||(this.counts[entry.row.status]-=1)}note(row){row.startedAt!==null&&(this.startedAt===null||row.startedAt<this.startedAt)&&(this.startedAt=row.startedAt),isDone(row.status)&&row.endedAt!==null&&(this.lastEndedAt===null||row.endedAt>this.lastEndedAt)&&(this.lastEndedAt=row.endedAt)}};function inOrder(rows){for(let n=1;n<rows.length;n+=1)if((rows[n-1]?.number??0)>(rows[n]?.number??0))return rows.sort((a,b)=>a.number-b.number);return rows}var SORT_KEYS=["state","number","name","worker","time","note"],DEFAULT_SORT={key:"state",descending:!1},MAX_SORT_SHARE=8,FEW_ROWS=5e3,RowModel=class{constructor(store,folding=new Folding){this.folding=folding;this.store=store}store;statuses=new Set;search="";order=DEFAULT_SORT;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;chosen=new Set;chosenGroups=new Set;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""}toggleStatus(status2){let next=new Set(this.statuses);next.delete(status2)||next.add(status2),this.statuses=next.size===STATUSES.length?new Set:next,this.isStale=!0}find(words){this.search=words.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.isStale=!0}sortBy(key){this.order.key!==key?this.order={key,descending:!1}:this.order.descending?this.order=DEFAULT_SORT:this.order={key,descending:!0},this.isStale=!0}cycleStatus(step){let{counts}=this.store,choices=[null,...STATUSES.filter(status2=>counts[status2]>0)],[only]=this.statuses.size===1?this.statuses:[null],at=Math.max(choices.indexOf(only??null),0),next=choices[(at+step+choices.length)%choices.length]??null;this.statuses=next===null?new Set:new Set([next]),this.isStale=!0}cycleSort(){let at=SORT_KEYS.indexOf(this.order.key);this.order={key:SORT_KEYS[(at+1)%SORT_KEYS.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(sort,statuses,query){this.order=sort,this.statuses=new Set(statuses),this.find(query)}clearDone(){for(let{id,status:status2}of this.store.rows)isDone(status2)&&this.cleared.add(id);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(wanted){this.isGrouped=wanted,this.isStale=!0}isFolded(group){return this.folding.isFolded(group)}roomFor(rows){rows!==this.room&&(this.room=rows,this.isStale=!0)}get isOneGroup(){let group=this.store.onlyGroup;return group!==null&&this.store.engine?.label===group.name&&this.store.ungroupedCount===0}fold(groupId,isFolded){let group=this.store.group(groupId),at=this.indexOf(groupId);if(group===void 0||at<0||this.isFolded(group)===isFolded)return;this.folding.set(group,isFolded);let isMember=id=>id!==void 0&&this.store.groupOf(id)?.id===groupId,end=at+1;for(;isMember(this.listed[end]);)end+=1;let members=isFolded?[]:idsOf(this.sorted(this.uncleared(group.rows)));this.listed=[...this.listed.slice(0,at+1),...members,...this.listed.slice(end)],this.positions=null,this.active!==null&&isFolded&&isMember(this.active)&&(this.active=groupId)}hold(held){this.held!==held&&(this.held=held,this.isStale||=!held&&this.madeOf!==this.store.revision,held||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let began=performance.now();this.listed=this.arranged();let took=performance.now()-began,isCheap=this.listed.length<FEW_ROWS||took<4;this.dearUntil=isCheap?0:began+took*(1+MAX_SORT_SHARE)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(id){if(id===null)return-1;let ids=this.ids;return this.positions??=new Map(ids.map((listed,n)=>[listed,n])),this.positions.get(id)??-1}kept(){let had=new Set(this.listed),kept=this.listed.filter(id=>this.isThere(id)),fresh=this.things().filter(thing=>!had.has(thing.id));return kept.concat(this.withMembers(fresh).filter(id=>!had.has(id)))}isThere(id){return isGroupId(id)?this.store.group(id)!==void 0:this.store.get(id)!==void 0}arranged(){let things=this.sorted(this.things());return this.groupsAreListed?this.withMembers(things):idsOf(things)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows}=this.store;return this.isFiltered||this.cleared.size>0?rows.filter(row=>!this.cleared.has(row.id)&&this.matches(row)):rows}let things=this.uncleared(this.store.ungrouped),alone=things.length,groups=[];for(let group of this.store.groups){if(this.cleared.size>0&&group.rows.every(({id})=>this.cleared.has(id)))continue;let only=group.size===1?group.rows[0]:void 0;things.push(only??group),only===void 0&&groups.push(group)}return this.folding.fit(groups,this.room-things.length),alone===0||alone===things.length?things:byNumber(things)}uncleared(rows){return this.cleared.size===0?rows:rows.filter(({id})=>!this.cleared.has(id))}withMembers(things){let ids=[];for(let thing of things)if(ids.push(thing.id),!isRow(thing)&&!this.isFolded(thing))for(let member of this.sorted(this.uncleared(thing.rows)))ids.push(member.id);return ids}sorted(things){let{key,descending}=this.order;if(key==="state"){let bins=new Map(STATUSES.map(status2=>[status2,[]]));for(let thing of things)bins.get(thing.status)?.push(thing);return(descending?[...STATUSES].reverse():STATUSES).flatMap(status2=>bins.get(status2)??[])}if(key==="number"&&!descending)return things;let sorted=[...things];if(key!=="number"){let now=this.store.now(),keys=new Map(things.map(thing=>[thing.id,sortValue(thing,key,now)]));sorted.sort((a,b)=>compare(keys.get(a.id),keys.get(b.id)))}return descending?sorted.reverse():sorted}matches(row){if(this.statuses.size>0&&!this.statuses.has(row.status))return!1;if(this.search==="")return!0;let text=[row.name,row.worker,`#${row.number}`,row.error,row.detail,...row.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(word=>text.includes(word))}isSelected(id){return this.chosen.has(id)||this.chosenGroups.has(id)||this.chosenGroups.size>0&&this.chosenGroups.has(this.store.groupOf(id)?.id??"")}get selectedCount(){return this.sumOfGroups(group=>group.size)+this.chosen.size}get selected(){let rows=[...this.chosenGroups].flatMap(id=>this.store.group(id)?.rows??[]);for(let id of this.chosen){let row=this.store.get(id);row===void 0?this.chosen.delete(id):rows.push(row)}return rows}get meant(){let{selected,active}=this;if(selected.length>0||active===null)return selected;let row=this.store.get(active);return row===void 0?this.store.group(active)?.rows??[]:[row]}get selectedStoppable(){return idsOf(this.selected.filter(row=>isStoppable(row.status)))}get selectedStoppableCount(){let count3=this.sumOfGroups(({counts})=>stoppableOf(counts));for(let id of this.chosen){let row=this.store.get(id);count3+=row!==void 0&&isStoppable(row.status)?1:0}return count3}sumOfGroups(of){let sum=0;for(let id of this.chosenGroups){let group=this.store.group(id);group===void 0?this.chosenGroups.delete(id):sum+=of(group)}return sum}get selectedRetriableCount(){let groups=this.sumOfGroups(({counts})=>counts.failed+counts.cancelled),alone=0;for(let id of this.chosen){let row=this.store.get(id);alone+=row!==void 0&&isRetriable(row.status)?1:0}return groups+alone}get listedRows(){let found=[];for(let id of this.ids){let group=isGroupId(id)?this.store.group(id):void 0,row=this.store.get(id);row!==void 0?found.push(row):group!==void 0&&this.isFolded(group)&&found.push(...this.sorted(group.rows))}return found}stoppable(queuedOnly){let found=[],take=row=>{row!==void 0&&(queuedOnly?isToCome(row.status):isStoppable(row.status))&&found.push(row.id)};for(let id of this.ids){let group=isGroupId(id)?this.store.group(id):void 0;group===void 0?take(this.store.get(id)):this.isFolded(group)&&group.rows.forEach(take)}return found}selectOnly(id){this.clear(),this.choose(id),this.anchor=id,this.active=id}toggle(id){this.isSelected(id)?this.unchoose(id):this.choose(id),this.anchor=id,this.active=id}extendTo(id){let from2=this.indexOf(this.anchor??this.active??id),to=this.indexOf(id);if(from2<0||to<0){this.selectOnly(id);return}this.clear();let[low,high]=from2<to?[from2,to]:[to,from2];for(let between of this.ids.slice(low,high+1))this.choose(between);this.active=id}selectAll(){for(let id of this.ids)this.choose(id)}clearSelection(){this.clear(),this.anchor=null}clear(){this.chosen.clear(),this.chosenGroups.clear()}choose(id){if(isGroupId(id)){this.chosenGroups.add(id);for(let chosen of this.chosen)this.store.groupOf(chosen)?.id===id&&this.chosen.delete(chosen)}else this.isSelected(id)||this.chosen.add(id)}unchoose(id){if(this.chosen.delete(id)||this.chosenGroups.delete(id))return;let group=this.store.groupOf(id);if(group!==null&&this.chosenGroups.delete(group.id)){for(let row of group.rows)this.chosen.add(row.id);this.chosen.delete(id)}}move(step){let ids=this.ids;if(ids.length===0)return null;let from2=this.indexOf(this.active),to=from2<0&&step>0&&step!==1/0?0:from2+step;return this.active=ids[Math.min(Math.max(to,0),ids.length-1)]??null,this.active}};function isRow(thing){return"version"in thing}function idsOf(things){return things.map(thing=>thing.id)}function numberOf(thing){return isRow(thing)?thing.number:thing.first}function byNumber(things){return things.sort((a,b)=>numberOf(a)-numberOf(b))}function sortValue(thing,key,now){switch(key){case"state":return STATUSES.indexOf(thing.status);case"number":return numberOf(thing);case"name":return thing.name.toLowerCase();case"worker":return isRow(thing)?thing.worker:"";case"time":return thing.startedAt===null?-1:(thing.endedAt??now)-thing.startedAt;case"note":return isRow(thing)?thing.cancelResolution??thing.error:""}}function compare(a,b){return typeof a=="string"&&typeof b=="string"?a===b?0:a===""?1:b===""||a<b?-1:1:Number(a)-Number(b)}function element(tag,className="",attributes={},...children){let made=document.createElement(tag);className!==""&&(made.className=className);for(let[name,value]of Object.entries(attributes))made.setAttribute(name,value);return made.append(...children),made}function button(className,label,onClick){let made=element("button",`scl-button ${className}`,{type:"button"},label);return made.addEventListener("click",onClick),made}function setText(node,text){node.textContent!==text&&(node.textContent=text)}function setAttribute(node,name,value){node.getAttribute(name)!==value&&(value===null?node.removeAttribute(name):node.setAttribute(name,value))}function holdsFocus(node){let page=node.getRootNode(),{activeElement}=page instanceof ShadowRoot?page:document;return activeElement!==null&&node.contains(activeElement)}async function copyText(text){let{clipboard}=navigator;if(clipboard!==void 0){await clipboard.writeText(text);return}let field2=element("textarea","scl-unseen",{},text),{activeElement}=document;document.body.append(field2),field2.select();let isCopied=document.execCommand("copy");if(field2.remove(),activeElement instanceof HTMLElement&&activeElement.focus(),!isCopied)throw new Error("the browser does not allow to copy here")}var lastId=0;function freshId(stem){return lastId+=1,`scl-${stem}-${lastId}-${Math.random().toString(36).slice(2,8)}`}function span(seconds){let s=Math.max(0,seconds);if(s<.9995)return`${Math.round(s*1e3)} ms`;if(s<59.95)return`${s.toFixed(1)} s`;let whole=Math.round(s),two=n=>String(n).padStart(2,"0");return whole<3600?`${Math.floor(whole/60)}m${two(whole%60)}s`:whole<86400?`${Math.floor(whole/3600)}h${two(Math.floor(whole%3600/60))}m`:`${Math.floor(whole/86400)}d${two(Math.floor(whole%86400/3600))}h`}function ticking(seconds){return seconds>=10&&seconds<59.5?`${Math.round(seconds)} s`:span(seconds)}function milliseconds(seconds){return seconds>=10?span(seconds):`${(seconds*1e3).toFixed(seconds<.00995?1:0)} ms`}function count(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function tasks(n){return n===1?"1 task":`${count(n)} tasks`}function inWords(counts){return STATUSES.filter(status2=>counts[status2]>0).map(status2=>`${count(counts[status2])} ${status2}`).join(", ")}function progressInWords(progress){if(progress===null)return"";let{done,total,note}=progress,share=shareOf(progress),text=Number.isInteger(done)?count(done):done.toPrecision(3);return share!==null&&total!==null&&(text=Number.isInteger(done)&&Number.isInteger(total)?`${text} of ${count(total)}`:`${Math.floor(share*100)} %`),note===""?text:`${text}, ${note}`}function shareOf({done,total}){return total===null||total<=0?null:Math.min(1,Math.max(0,done/total))}function bytes(n){let units=["bytes","kB","MB","GB","TB"],size=n,unit=0;for(;size>=999.5&&unit<units.length-1;)size/=1e3,unit+=1;return`${unit===0||size>=9.95?Math.round(size):size.toFixed(1)} ${units[unit]??""}`}function outputLines(written){let lines=written.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(line=>line.split("\r").filter(state=>state!=="").at(-1)??"");return cleanLines(lines.join(`
`))}function elapsed(row,now){return row.startedAt===null?"":row.endedAt===null?ticking(now-row.startedAt):span(row.endedAt-row.startedAt)}var UNSEEN=/[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]/g,MAX_CHARACTERS=2e3;function clean(text){return(text.length>MAX_CHARACTERS?`${text.slice(0,MAX_CHARACTERS)} [...]`:text).replace(UNSEEN,escape)}function cleanLines(text){return text.replace(UNSEEN,c=>c===`
`||c==="	"?c:escape(c))}function escape(character){let code=character.charCodeAt(0);return code<256?`\\x${code.toString(16).padStart(2,"0")}`:`\\u${code.toString(16).padStart(4,"0")}`}var PAUSE_SECONDS=5,Announcer=class{node=element("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(clock=()=>performance.now()/1e3){this.clock=clock}draw(counts){let now=this.clock();if(now-this.shownAt<PAUSE_SECONDS)return;let words=inWords(counts);words!==""&&words!==this.shown&&(this.shown=words,this.shownAt=now,this.node.textContent=words)}};var LIBRARY=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,REQUEST_RETRY_MS=400,STACK_INTERVAL_MS=1e3,AT_THE_END_PIXELS=8,DetailsPane=class{constructor(actions,close){this.actions=actions;let shut=element("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");shut.addEventListener("click",close),this.outputBlock=element("div","",{},this.outputHead,this.output),this.node=element("div","scl-pane",{role:"group","aria-label":"Details of the task"},element("div","scl-pane-head",{},this.heading,shut),this.facts,this.where,this.arguments,this.outputBlock,this.traceback),this.node.hidden=!0,this.output.addEventListener("keydown",event=>{event.stopPropagation()})}node;heading=element("div","scl-pane-title");facts=element("dl","scl-facts");arguments=element("div","scl-arguments",{role:"group",tabindex:"-1","aria-label":"Arguments"});traceback=element("div","scl-traceback");where=element("div","scl-where",{role:"group","aria-label":"Where it is"});output=element("pre","scl-output",{tabindex:"0","aria-label":"Output"});outputBlock;outputHead=element("div","scl-quiet");shown=null;profile=null;known="";asking=!1;timer=0;dispose(){window.clearTimeout(this.timer)}draw(row){this.node.hidden=row===null;let before=this.shown;if(row===null||row===before){this.shown=row;return}this.shown=row,before?.id!==row.id&&this.begin(row),this.node.dataset.status=row.status,setText(this.heading,`${ICONS[row.status]} ${clean(row.name)}`),this.writeFacts(row),this.request()}begin(row){this.traceback.replaceChildren(),this.where.replaceChildren(),this.outputBlock.hidden=!0,setText(this.output,""),this.profile=null,this.known="",this.offerArguments(row)}writeFacts(row){this.facts.replaceChildren(...terms([...factsOf(row),...tookOf(this.profile)]))}async request(){let row=this.shown;if(row===null||this.asking)return;let isOver=isDone(row.status),runs=row.status==="running"||row.status==="cancelling",look=runs?Math.floor(Date.now()/STACK_INTERVAL_MS):"",wants=`${row.id} ${isOver?row.status:""} ${row.outputBytes} ${look}`,isMore=row.status==="failed"||row.outputBytes>0||runs;if(!(wants===this.known||!(isMore||isOver&&this.actions.details!==void 0))){this.known=wants,this.asking=!0,row.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(quiet("asking for the traceback …"));try{let details=await this.detailsOf(row.id);this.shown?.id===row.id&&this.write(this.shown,details)}catch(error){let why=error instanceof Error?error.message:String(error);this.shown?.id===row.id&&this.traceback.replaceChildren(quiet(`The details could not be had: ${why}`))}this.timer=window.setTimeout(()=>{this.asking=!1,this.request()},REQUEST_RETRY_MS)}}async detailsOf(taskId){return this.actions.details!==void 0?this.actions.details(taskId):{traceback:await this.actions.traceback(taskId),output:"",outputBefore:0,profile:null,stack:null}}write(row,details){row.status==="failed"&&this.traceback.replaceChildren(...details.traceback===""?[quiet("No traceback is kept of it.")]:folded(cleanLines(details.traceback))),this.profile=details.profile,this.writeFacts(row),this.writeWhere(row,details.stack),this.outputBlock.hidden=details.output==="";let before=details.outputBefore>0?`, after ${bytes(details.outputBefore)} more`:"";setText(this.outputHead,`output${before}`);let{output}=this,wasAtEnd=output.scrollTop+output.clientHeight>=output.scrollHeight-AT_THE_END_PIXELS;setText(output,outputLines(details.output)),wasAtEnd&&(output.scrollTop=output.scrollHeight)}writeWhere(row,stack){let parts=[];if(stack!==null&&!isDone(row.status)){let problem=stack.problem===""?"":`; ${stack.problem}`;parts.push(quiet(`where it is: ${clean(stack.state+problem)}`)),parts.push(...folded(cleanLines(stackText(stack))))}this.where.replaceChildren(...parts)}offerArguments(row){if(this.actions.arguments===void 0){this.arguments.hidden=!0;return}let isPending=!1,show=button("scl-show","Show arguments",()=>{isPending||(isPending=!0,show.setAttribute("aria-disabled","true"),this.showArguments(row.id))});this.arguments.replaceChildren(show)}async showArguments(taskId){let parts;try{let details=await this.actions.arguments?.(taskId),list=details?.arguments??[],why=details?.trouble??"";parts=list.length>0?[element("dl","scl-facts scl-code",{},...terms(list.map(([name,text])=>[clean(name),clean(text)])))]:[quiet(why===""?"It was called without arguments.":why)]}catch(error){let why=error instanceof Error?error.message:String(error);parts=[quiet(`The arguments could not be had: ${why}`)]}if(this.shown?.id===taskId){let hadFocus=holdsFocus(this.arguments);this.arguments.replaceChildren(...parts),hadFocus&&this.arguments.focus()}}};function quiet(text){return element("p","scl-quiet",{},text)}function terms(facts){return facts.flatMap(([term,shown])=>[element("dt","",{},term),element("dd","",{},shown)])}function tookOf(profile){let parts=[];return profile?.cpuSeconds!=null&&parts.push(`${span(profile.cpuSeconds)} of CPU`),profile?.peakMemory!=null&&profile.peakMemory>0&&parts.push(`${bytes(profile.peakMemory)} of memory in its worker`),profile?.bytesIn!=null&&profile.bytesIn>0&&parts.push(`${bytes(profile.bytesIn)} in`),profile?.bytesOut!=null&&profile.bytesOut>0&&parts.push(`${bytes(profile.bytesOut)} out`),parts.length===0?[]:[["took",parts.join(", ")]]}function factsOf(row){let facts=[["state",row.status]],at=seconds=>new Date(seconds*1e3).toLocaleTimeString();if(row.groupName!==""&&facts.push(["group",clean(row.groupName)]),row.worker!==""&&facts.push(["worker",clean(row.worker)]),facts.push(["submitted",at(row.submittedAt)]),row.startedAt!==null&&facts.push(["started",`${at(row.startedAt)}, after ${span(row.startedAt-row.submittedAt)}`]),row.endedAt!==null){let ran=row.startedAt===null?"":`, having run ${span(row.endedAt-row.startedAt)}`;facts.push(["ended",at(row.endedAt)+ran])}if(row.progress&&facts.push(["progress",clean(progressInWords(row.progress))]),row.cancelRequestedAt!==null){let by=row.cancelRequestedBy===""?"":` by ${clean(row.cancelRequestedBy)}`;facts.push(["cancel asked",at(row.cancelRequestedAt)+by])}if(row.cancelResolution!==null){let after=row.cancelSeconds===null?"":`, ${milliseconds(row.cancelSeconds)} after the ask`;facts.push(["settled",`${settledHow(row)}${after}`])}return row.detail!==""&&facts.push([row.status==="cancelling"?"waits for":"note",clean(row.detail)]),row.attempt>1&&facts.push(["attempt",String(row.attempt)]),row.tags.length>0&&facts.push(["tags",clean(row.tags.join(", "))]),row.error!==""&&facts.push(["error",clean(row.error)]),facts.push(["id",row.id]),facts}function settledHow(row){switch(row.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}function folded(text){let parts=[],own=[],library=[],flushOwn=()=>{own.length>0&&(parts.push(element("pre","",{},own.join(`
`))),own=[])},flushLibrary=()=>{if(library.length===0)return;let n=library.filter(line=>line.startsWith('  File "')).length;flushOwn(),parts.push(element("details","",{},element("summary","",{},n===1?"1 frame in a library":`${n} frames in libraries`),element("pre","",{},library.join(`
`)))),library=[]},isLibrary=!1;for(let line of text.split(`
`))line.startsWith('  File "')?isLibrary=LIBRARY.test(line):line.startsWith("    ")||(isLibrary=!1),isLibrary?library.push(line):(flushLibrary(),own.push(line));return flushLibrary(),flushOwn(),parts}function planStop(rows,force,ownerOf){let ids=[],toCome=[],owners=new Map;for(let row of rows){if(!isStoppable(row.status)&&!(force&&row.status==="cancelling"))continue;ids.push(row.id),isToCome(row.status)&&toCome.push(row.id);let owner=ownerOf(row.id);owner!==""&&owners.set(owner,(owners.get(owner)??0)+1)}return{ids,force,running:ids.length-toCome.length,toCome,total:ids.length,owners}}function needsConfirmation({force,running:running3,total}){return total>0&&(force||running3>1)}var MAX_OWNERS=4;function question({force,running:running3,total,owners}){let[only]=owners.keys(),whose=owners.size===1&&only!==void 0?` of ${only}`:"",what=`${force?"Kill the workers of":"Cancel"} ${tasks(total)}${whose}`,ofThem=running3<total&&running3>0?`, ${count(running3)} of them running`:"";return`${what}${ofThem}${owners.size>1?eachOwner(owners):""}?`}function eachOwner(owners){let parts=[...owners].slice(0,MAX_OWNERS).map(([owner,n])=>`${count(n)} of ${owner}`),more=owners.size-MAX_OWNERS;return`: ${parts.join(", ")}${more>0?`, and of ${more} more programs`:""}`}var UNDO_SECONDS=10,NOT_SENT="The cancel was not sent",TaskCommands=class{constructor(store,rowModel,actions,events){this.store=store;this.rowModel=rowModel;this.actions=actions;this.events=events}pending=new Set;stop(ids,force=!1){if(force&&this.store.engine?.canStopRunning!==!0)return;let rows=ids.map(id=>this.store.get(id)).filter(row=>row!==void 0),plan=this.plan(rows,force);this.confirmed(plan,()=>{let request=async()=>{let outcome=await this.actions.cancel(plan.ids,force,!1);return outcome.trouble||lateInWords(plan.total-outcome.accepted)};this.send(plan.ids,request,NOT_SENT,plan.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let ids=this.rowModel.stoppable(!0),request=()=>this.actions.cancel(ids,!1,!0);this.send(ids,troubleOf(request),NOT_SENT,ids)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(taskIds,done="submitted again"){let ids=taskIds.filter(id=>{let row=this.store.get(id);return row!==void 0&&isRetriable(row.status)&&!this.pending.has(id)});if(ids.length===0)return;let whose=ids.length===1?"its future":"their futures",request=async()=>{let{trouble}=await this.actions.retry(ids);return trouble||`${tasks(ids.length)} ${done}, if the program still holds ${whose}`};this.send(ids,request,"Nothing was retried",[])}stopAll(onlyQueued){let{counts,rows}=this.store,plan=this.plan(onlyQueued?rows.filter(({status:status2})=>isToCome(status2)):rows,!1),toCome=toComeOf(counts),running3=onlyQueued?0:counts.running;this.confirmed({...plan,running:running3,total:running3+toCome},()=>{let request=()=>this.actions.cancelAll(onlyQueued);this.send(plan.ids,troubleOf(request),NOT_SENT,plan.toCome,toCome+running3>0)})}plan(rows,force){return planStop(rows,force,id=>this.actions.ownerOf?.(id)??"")}confirmed(plan,proceed){needsConfirmation(plan)?this.events.ask(question(plan),plan.force?"Kill":"Cancel them",proceed):proceed()}send(ids,request,otherwise,undoable,isSent=ids.length>0){if(isSent){for(let id of ids)this.pending.add(id);this.events.changed(),request().then(words=>{words===""&&undoable.length>0?this.offerUndo(undoable):words!==""&&this.events.notice(words)}).catch(error=>{let why=error instanceof Error?error.message:String(error);this.events.notice(`${otherwise}: ${why}`)}).finally(()=>{for(let id of ids)this.pending.delete(id);this.events.changed()})}}offerUndo(ids){let what=ids.length===1?"a queued task":`${count(ids.length)} queued tasks`;this.events.notice(`Requested the cancel of ${what}`,()=>{let never=ids.filter(id=>this.store.get(id)?.cancelResolution==="never_started");never.length>0?this.retry(never,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function troubleOf(request){return async()=>(await request()).trouble}function lateInWords(late){return late<=0?"":`${tasks(late)} ${late===1?"was":"were"} done before the cancel was requested`}var Confirmation=class{constructor(leave){this.leave=leave;let id=freshId("question");this.text=element("span","scl-question",{id}),this.yes=button("scl-yes","",()=>{this.answer(!0)});let no=button("scl-no","Keep",()=>{this.answer(!1)});this.node=element("div","scl-confirm",{role:"alertdialog","aria-labelledby":id},this.text,element("span","scl-answers",{},this.yes,no)),this.node.hidden=!0,this.node.addEventListener("keydown",event=>{let answer=ANSWERS.get(event.key);answer!==void 0&&!event.ctrlKey&&!event.metaKey&&!event.altKey&&(event.preventDefault(),this.answer(answer))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}ask(text,verb,proceed){this.proceed=proceed,setText(this.text,text),setText(this.yes,verb),this.node.hidden=!1,this.yes.focus()}close(){let hadFocus=holdsFocus(this.node);this.proceed=null,this.node.hidden=!0,hadFocus&&this.leave()}answer(isYes){let{proceed}=this;this.close(),isYes&&proceed?.()}},ANSWERS=new Map([["y",!0],["n",!1],["Escape",!1]]);function getMeasurementKey(item){return typeof item=="object"?item.key:item}function createLazyMeasurementsView(cache,flat){let count3=cache.length;return new Proxy(cache,{get(target,prop,receiver){if(typeof prop=="string"){let c=prop.charCodeAt(0);if(c>=48&&c<=57){let i=+prop;if(Number.isInteger(i)&&i>=0&&i<count3){let v=target[i];if(typeof v!="object"){let s=flat[i*2];v=target[i]={index:i,key:v,start:s,size:flat[i*2+1],end:s+flat[i*2+1],lane:0}}return v}}if(prop==="length")return count3}return Reflect.get(target,prop,receiver)}})}function memo(getDeps,fn,opts){let deps=opts.initialDeps??[],result,isInitial=!0;function memoizedFunction(){var _a;let depTime=0,newDeps=getDeps();if(!(newDeps.length!==deps.length||newDeps.some((dep,index)=>deps[index]!==dep)))return result;deps=newDeps;let resultTime=0;return result=fn(...newDeps),opts?.onChange&&!(isInitial&&opts.skipInitialOnChange)&&opts.onChange(result),isInitial=!1,result}return memoizedFunction.updateDeps=newDeps=>{deps=newDeps},memoizedFunction}function notUndefined(value,msg){if(value===void 0)throw new Error(`Unexpected undefined${msg?`: ${msg}`:""}`);return value}var approxEqual=(a,b)=>Math.abs(a-b)<1.01,debounce=(targetWindow,fn,ms)=>{let timeoutId;return Object.assign(function(...args){targetWindow.clearTimeout(timeoutId),timeoutId=targetWindow.setTimeout(()=>fn.apply(this,args),ms)},{cancel:()=>{targetWindow.clearTimeout(timeoutId)}})};function classifyScrollEvent({offset,isScrolling,elementMax,holdOffset,scrollOffset,pendingWrite,clampedMaxAtWrite}){var _a;return isScrolling&&pendingWrite===null&&offset===scrollOffset?"spurious":pendingWrite!==null&&Math.abs(offset-pendingWrite.target)<1.5?"readBack":pendingWrite!==null&&!pendingWrite.smooth&&elementMax!==null&&pendingWrite.target>elementMax+holdOffset+.5&&Math.abs(offset-(elementMax+holdOffset))<1.5||pendingWrite!==null&&!pendingWrite.smooth&&((_a=pendingWrite.lowMaxes)!=null&&_a.some(max=>Math.abs(offset-max)<1.5))?"clampedReadBack":clampedMaxAtWrite!==null&&Math.abs(offset-clampedMaxAtWrite)<1.5?"clampedEcho":"external"}var isAnimating=phase=>phase==="smooth"||phase==="smoothFinishing";function externalRetiresCommand({kind,offset,command,target}){return kind!=="spurious"&&kind!=="readBack"&&kind!=="clampedReadBack"&&command?.index!=null&&command.phase!=="queued"&&!isAnimating(command.phase)&&!approxEqual(offset,command.lastTargetOffset)&&!approxEqual(offset,target())&&kind!=="clampedEcho"}var FLING_WINDOW_MS=40;function flingSpedUp(samples){let last=samples[samples.length-1];if(last===void 0)return!1;let j=samples.length-2;for(;j>=0&&last.t-samples[j].t<FLING_WINDOW_MS;)j--;if(j<0)return!1;let mid=samples[j],k=j-1;for(;k>=0&&mid.t-samples[k].t<FLING_WINDOW_MS;)k--;if(k<0)return!1;let first=samples[k],recent=(last.offset-mid.offset)/(last.t-mid.t),before=(mid.offset-first.offset)/(mid.t-first.t);return recent*before>=0&&Math.abs(recent)>=2*Math.abs(before)&&Math.abs(recent)-Math.abs(before)>=.8}function flingCaught(samples){let last=samples[samples.length-1];if(last===void 0)return!1;let j=samples.length-2;for(;j>=0&&last.t-samples[j].t<FLING_WINDOW_MS;)j--;if(j<0)return!1;let from2=samples[j];return Math.abs(last.offset-from2.offset)/(last.t-from2.t)>=.05}var _isIOSResult,isIOSWebKit=()=>{if(_isIOSResult!==void 0)return _isIOSResult;if(typeof navigator>"u")return _isIOSResult=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return _isIOSResult=!0;let mtp=navigator.maxTouchPoints;return _isIOSResult=navigator.platform==="MacIntel"&&mtp!==void 0&&mtp>0},_iosMomentumOverridesWritesResult,iosMomentumOverridesWrites=()=>_iosMomentumOverridesWritesResult!==void 0?_iosMomentumOverridesWritesResult:_iosMomentumOverridesWritesResult=isIOSWebKit()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),momentumOverridesWrites=()=>!isIOSWebKit()||iosMomentumOverridesWrites();var touchListenerOptions={capture:!0,passive:!0},IosGesture=class{constructor(host){this.host=host,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var _a;return((_a=this._touch)==null?void 0:_a.phase)==="down"&&this._touch.moved},this.tail=()=>{var _a;return((_a=this._touch)==null?void 0:_a.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling,ownReadBack,moved,external})=>{var _a,_b,_c;return isScrolling&&((_a=this._touch)==null?void 0:_a.phase)==="tail"?this._openTail(this._touch.moved||!ownReadBack,!1):((_b=this._touch)==null?void 0:_b.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:external&&isScrolling&&moved&&this._openTail(!0,!1)),!ownReadBack&&isScrolling&&moved&&((_c=this._touch)==null?void 0:_c.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var _a;let moved=((_a=this._touch)==null?void 0:_a.phase)==="down"&&this._touch.moved;this.end(),this._openTail(moved,moved)},this.end=()=>{var _a;let win=this.host.getWindow();((_a=this._touch)==null?void 0:_a.phase)==="tail"&&win!=null&&win.clearTimeout(this._touch.timerId),this._touch=null},this.listen=target=>{let onTouchStart=()=>this.touchStart(),onTouchEnd=()=>this.touchEnd();return target.addEventListener("touchstart",onTouchStart,touchListenerOptions),target.addEventListener("touchend",onTouchEnd,touchListenerOptions),target.addEventListener("touchcancel",onTouchEnd,touchListenerOptions),()=>{target.removeEventListener("touchstart",onTouchStart,touchListenerOptions),target.removeEventListener("touchend",onTouchEnd,touchListenerOptions),target.removeEventListener("touchcancel",onTouchEnd,touchListenerOptions),this.end()}},this._openTail=(moved,awaitingFling)=>{let win=this.host.getWindow();if(win==null)return;this.end();let tail={phase:"tail",moved,awaitingFling,timerId:win.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(tail.moved,tail.awaitingFling);return}this._touch=tail.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=tail}}get touch(){return this._touch}};var getRect=element2=>{let{clientWidth,clientHeight}=element2;return{width:clientWidth,height:clientHeight}},createFrameQueue=targetWindow=>{let ids=new Set;return{schedule:fn=>{let id=targetWindow.requestAnimationFrame(()=>{ids.delete(id),fn()});ids.add(id)},cancel:()=>{ids.forEach(id=>targetWindow.cancelAnimationFrame(id)),ids.clear()}}},defaultKeyExtractor=index=>index,defaultRangeExtractor=range=>{let overscan=range.overscan*Math.max(range.lanes??1,1),start=Math.max(range.startIndex-overscan,0),len=Math.min(range.endIndex+overscan,range.count-1)-start+1,arr=new Array(len);for(let i=0;i<len;i++)arr[i]=start+i;return arr},observeElementRect=(instance,cb)=>{let element2=instance.scrollElement;if(!element2)return;let targetWindow=instance.targetWindow;if(!targetWindow)return;let handler=rect=>{let{width,height}=rect;cb({width:Math.round(width),height:Math.round(height)})};if(handler(getRect(element2)),!targetWindow.ResizeObserver)return()=>{};let frames=createFrameQueue(targetWindow),observer=new targetWindow.ResizeObserver(()=>{let run=()=>{handler(getRect(element2))};instance.options.useAnimationFrameWithResizeObserver?frames.schedule(run):run()});return observer.observe(element2,{box:"content-box"}),()=>{observer.unobserve(element2),frames.cancel()}},addEventListenerOptions={passive:!0};var supportsScrollend=typeof window>"u"?!0:"onscrollend"in window,observeOffset=(instance,cb,readOffset)=>{let element2=instance.scrollElement;if(!element2)return;let targetWindow=instance.targetWindow;if(!targetWindow)return;let registerScrollendEvent=instance.options.useScrollendEvent&&supportsScrollend,offset=0,fallback=registerScrollendEvent?null:debounce(targetWindow,()=>cb(readOffset(element2),!1),instance.options.isScrollingResetDelay),createHandler=isScrolling=>()=>{offset=readOffset(element2),fallback?.(),cb(offset,isScrolling)},handler=createHandler(!0),endHandler=createHandler(!1);return element2.addEventListener("scroll",handler,addEventListenerOptions),registerScrollendEvent&&element2.addEventListener("scrollend",endHandler,addEventListenerOptions),()=>{element2.removeEventListener("scroll",handler),registerScrollendEvent&&element2.removeEventListener("scrollend",endHandler),fallback?.cancel()}},observeElementOffset=(instance,cb)=>observeOffset(instance,cb,el=>{let{horizontal,isRtl}=instance.options;return horizontal?el.scrollLeft*(isRtl&&-1||1):el.scrollTop});var measureElement=(element2,entry,instance)=>{if(instance.options.useCachedMeasurements){let index=instance.indexFromElement(element2),key=instance.options.getItemKey(index);return instance.itemSizeCache.get(key)??instance.options.estimateSize(index)}if(entry?.borderBoxSize){let box=entry.borderBoxSize[0];if(box)return Math.round(box[instance.options.horizontal?"inlineSize":"blockSize"])}if(!entry){let index=instance.indexFromElement(element2),key=instance.options.getItemKey(index),cachedSize=instance.itemSizeCache.get(key);if(cachedSize!==void 0)return cachedSize}return element2[instance.options.horizontal?"offsetWidth":"offsetHeight"]},scrollWithAdjustments=(offset,{adjustments=0,behavior},instance)=>{var _a;let{scrollElement,options}=instance,adjustedOffset=offset+adjustments,isRtlElement=options.horizontal&&options.isRtl&&scrollElement!==null&&"ownerDocument"in scrollElement;(_a=scrollElement?.scrollTo)==null||_a.call(scrollElement,{[options.horizontal?"left":"top"]:isRtlElement?-adjustedOffset:adjustedOffset,behavior})};var elementScroll=scrollWithAdjustments,initialScrollPhase=(behavior,atTarget)=>behavior==="smooth"?atTarget?"smoothLanded":"smooth":"instant",isSmoothScroll=state=>state?.phase==="smooth"||state?.phase==="smoothLanded";function isAppendWithTrim(prevCount,nextCount,getPreviousKey,getNextKey){if(nextCount===0)return!1;let firstKey=getNextKey(0),removedKeys=new Set,removedCount=0;for(;removedCount<prevCount;){let key=getPreviousKey(removedCount);if(key===firstKey)break;removedKeys.add(key),removedCount++}let retainedCount=prevCount-removedCount;if(retainedCount===0||retainedCount>=nextCount)return!1;for(let i=0;i<retainedCount;i++)if(getNextKey(i)!==getPreviousKey(removedCount+i))return!1;for(let i=retainedCount;i<nextCount;i++)if(removedKeys.has(getNextKey(i)))return!1;return!0}var Virtualizer=class{constructor(opts){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new IosGesture({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let state=this.scrollState;if(state?.phase!=="queued"||this.pendingWrite!==null)return!1;let now=this._readElementOffset();return now===null||this._lastElementOffset===null||Math.abs(now-this._lastElementOffset)<1?!1:(this._lastElementOffset=now,state.samples=[...state.samples??[],{t:this.now(),offset:now}],!0)},onTailClosed:()=>{let state=this.scrollState;state?.phase==="queued"&&flingCaught(state.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var _a,_b,_c;return((_c=(_b=(_a=this.targetWindow)==null?void 0:_a.performance)==null?void 0:_b.now)==null?void 0:_c.call(_b))??Date.now()},this.observer=(()=>{let _ro=null,_frames=null,delivering=!1,observeQueued=!1,pendingObservations=new Set,get=()=>{if(_ro)return _ro;let targetWindow=this.targetWindow;if(!targetWindow||!targetWindow.ResizeObserver)return null;let frames=_frames=createFrameQueue(targetWindow);return _ro=new targetWindow.ResizeObserver(entries=>{let run=()=>{let batch={sync:!1};this._resizeBatch=batch;try{entries.forEach(measureEntry)}finally{this._resizeBatch=null,batch.notify&&(this.notify(batch.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)frames.schedule(run);else{delivering=!0;try{run()}finally{delivering=!1}}})},measureEntry=entry=>{let node=entry.target,index=this.indexFromElement(node);if(!node.isConnected){this.observer.unobserve(node);for(let[cacheKey,cachedNode]of this.elementsCache)if(cachedNode===node){this.elementsCache.delete(cacheKey);break}return}this.isIndexInRange(index)&&this.shouldMeasureDuringScroll(index)&&this.resizeItem(index,this.options.measureElement(node,entry,this))};return{disconnect:()=>{var _a;(_a=get())==null||_a.disconnect(),_frames?.cancel(),pendingObservations.clear(),observeQueued=!1,_ro=null,_frames=null},observe:target=>{let observer=get();if(observer){if(!delivering){observer.observe(target,{box:"border-box"});return}pendingObservations.add(target),observeQueued||(observeQueued=!0,_frames?.schedule(()=>{observeQueued=!1,pendingObservations.forEach(node=>{node.isConnected&&_ro?.observe(node,{box:"border-box"})}),pendingObservations.clear()}))}},unobserve:target=>{var _a;pendingObservations.delete(target),(_a=get())==null||_a.unobserve(target)}}})(),this.range=null,this.setOptions=opts2=>{var _a;let merged={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:defaultKeyExtractor,rangeExtractor:defaultRangeExtractor,onChange:()=>{},measureElement,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let key in opts2){let v=opts2[key];v!==void 0&&(merged[key]=v)}let prevOptions=this.options,anchor=null,followOnAppend=null,edgeKeysChanged=!1;if(prevOptions!==void 0&&prevOptions.enabled&&merged.enabled&&merged.anchorTo==="end"&&this.scrollElement!==null){let prevCount=prevOptions.count,nextCount=merged.count,measurements=this.getMeasurements(),previousItems=((_a=this._singleLaneMeasurements)==null?void 0:_a.items)??measurements,getPreviousKey=index=>getMeasurementKey(previousItems[index]),prevFirstKey=prevCount>0?getPreviousKey(0):null,prevLastKey=prevCount>0?getPreviousKey(prevCount-1):null;if(nextCount!==prevCount||prevCount>0&&nextCount>0&&(merged.getItemKey(0)!==prevFirstKey||merged.getItemKey(nextCount-1)!==prevLastKey)){edgeKeysChanged=!0;let item=prevCount>0?this.getVirtualItemForOffset(this.getScrollOffset())??measurements[0]:null;item&&(anchor=[item.key,this.getScrollOffset()-item.start]);let behavior=merged.followOnAppend===!0?"auto":merged.followOnAppend||null;behavior&&nextCount>0&&this.isAtEnd(prevOptions.scrollEndThreshold)&&(prevCount===0||merged.getItemKey(nextCount-1)!==prevLastKey)&&(nextCount>prevCount||isAppendWithTrim(prevCount,nextCount,getPreviousKey,merged.getItemKey))&&(followOnAppend=behavior)}}this.options=merged,edgeKeysChanged&&(this.pendingMin=0,this.itemSizeCacheVersion++);let anchorDelta=null;if(anchor&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[anchorKey,anchorOffset]=anchor,newMeasurements=this.getMeasurements(),{count:count3,getItemKey}=this.options,idx=0;for(;idx<count3&&getItemKey(idx)!==anchorKey;)idx++;if(idx<count3){let anchorItem=newMeasurements[idx];if(anchorItem){let newOffset=Math.max(0,anchorItem.start+anchorOffset);!followOnAppend&&newOffset!==this.scrollOffset&&(anchorDelta=newOffset-this.scrollOffset,this.scrollOffset=newOffset)}}}followOnAppend?this.pendingScrollAnchor={kind:"follow",behavior:followOnAppend}:anchorDelta!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:anchorDelta}:(this._holdOffset+=anchorDelta,this._followOffsetTarget(anchorDelta)))},this.notify=sync=>{var _a,_b;(_b=(_a=this.options).onChange)==null||_b.call(_a,this,sync)},this.maybeNotify=memo(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),isScrolling=>{this.notify(isScrolling)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var _a;this.unsubs.filter(Boolean).forEach(d=>d()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(_a=this._momentumStop)==null||_a.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var _a;let scrollElement=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==scrollElement){if(this.cleanup(),!scrollElement){this.maybeNotify();return}this.scrollElement=scrollElement,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((_a=this.scrollElement)==null?void 0:_a.window)??null,this.elementsCache.forEach(cached=>{this.observer.observe(cached)}),this.unsubs.push(this.options.observeElementRect(this,rect=>{this.scrollRect=rect,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(offset,isScrolling)=>{var _a2,_b,_c,_d;let elementMax=isScrolling?this._elementMaxScrollOffset():null,wasOverscrolled=this._reportedOverscroll;this._reportedOverscroll=offset<0||elementMax!==null&&offset>elementMax+1;let elementOffset=offset;this._lastElementOffset=elementOffset,offset=this._toLayoutOffset(offset);let kind=this._classifyScrollEvent(offset,isScrolling,elementMax);if(kind==="spurious")return;kind==="readBack"?offset=this.pendingWrite.target:kind==="clampedReadBack"&&((_a2=this.scrollState)==null?void 0:_a2.index)!=null&&offset<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=offset:externalRetiresCommand({kind,offset,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(offset-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let prevOffset=this.getScrollOffset(),prevDirection=this.scrollDirection;this.scrollDirection=isScrolling?prevOffset===offset?this.scrollDirection:prevOffset<offset?"forward":"backward":null,this.scrollOffset=offset,this.isScrolling=isScrolling;let queued=this.scrollState;if(queued?.phase==="queued"&&kind==="external"&&isScrolling)if(wasOverscrolled||this._reportedOverscroll)queued.samples=[];else{let t=this.now();queued.samples=[...(queued.samples??[]).filter(sample=>t-sample.t<=200),{t,offset:elementOffset}],(prevDirection!==null&&this.scrollDirection!==prevDirection||flingSpedUp(queued.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling,ownReadBack:kind==="readBack",moved:offset!==prevOffset,external:kind==="external"&&((_b=this.scrollState)==null?void 0:_b.phase)!=="smooth"&&((_c=this.scrollState)==null?void 0:_c.phase)!=="smoothFinishing"})&&((_d=this.scrollState)==null?void 0:_d.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let anchor=this.pendingScrollAnchor;this.pendingScrollAnchor=null,anchor&&this.scrollElement&&this.options.enabled&&(anchor.kind==="anchor"?this._canWriteScroll()?isSmoothScroll(this.scrollState)&&!approxEqual(this.getScrollOffset()-anchor.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(anchor.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=anchor.delta,this._followOffsetTarget(anchor.delta),this.notify(!1)):this.scrollToEnd({behavior:anchor.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(offset,isScrolling,elementMax)=>{var _a;return classifyScrollEvent({offset,isScrolling,elementMax,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((_a=this._clampedAdjustment)==null?void 0:_a.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target,maxAtWrite}=this._clampedAdjustment,max=this.getMaxScrollOffset();max>maxAtWrite+.5&&(this._clampedAdjustment=target>max+.5?{target,maxAtWrite:max}:null,this._scrollToOffset(target))},this._writeAwaitingCommand=()=>{let state=this.scrollState;if(state===null||state.phase!=="queued")return;let{behavior}=state;this.getMeasurements();let offset=this.getScrollStateTarget(state);state.lastTargetOffset=offset,this._clampedAdjustment=null,state.phase=initialScrollPhase(behavior,state.index!=null&&approxEqual(offset,this.getScrollOffset())),this._scrollToOffset(offset,{behavior}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let el=this.scrollElement;if(el==null)return null;let{horizontal,isRtl}=this.options;return typeof el.scrollTop=="number"?horizontal?el.scrollLeft*(isRtl&&-1||1):el.scrollTop:typeof el.scrollY=="number"?horizontal?el.scrollX:el.scrollY:null},this._canWriteScroll=()=>!(isIOSWebKit()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=sync=>{var _a;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((_a=this.scrollState)==null?void 0:_a.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(sync);let target=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(target),this._scrollToOffset(target)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=memo(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(count3,paddingStart,scrollMargin,getItemKey,enabled,lanes,laneAssignmentMode,gap)=>(this.prevLanes!==void 0&&this.prevLanes!==lanes&&(this.lanesChangedFlag=!0),this.prevLanes=lanes,this.pendingMin=null,{count:count3,paddingStart,scrollMargin,getItemKey,enabled,lanes,laneAssignmentMode,gap}),{key:!1}),this.isIndexInRange=index=>index>=0&&index<this.options.count,this.getMeasurements=memo(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:count3,paddingStart,scrollMargin,getItemKey,enabled,lanes,laneAssignmentMode,gap},_itemSizeCacheVersion)=>{var _a;let itemSizeCache=this.itemSizeCache;if(!enabled)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>count3)for(let index of this.laneAssignments.keys())index>=count3&&this.laneAssignments.delete(index);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(item=>{this.itemSizeCache.set(item.key,item.size)}));let min=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===count3&&(this.lanesSettling=!1),lanes===1){let need=count3*2,flat=(_a=this._singleLaneMeasurements)==null?void 0:_a.flat;if(!flat||flat.length<need){let next=new Float64Array(need);flat&&min>0&&next.set(flat.subarray(0,min*2)),flat=next}let items=min===0?new Array(count3):this._singleLaneMeasurements.items.slice(),runningStart;if(min===0)runningStart=paddingStart+scrollMargin;else{let prevIdx=min-1;runningStart=flat[prevIdx*2]+flat[prevIdx*2+1]+gap}for(let i=min;i<count3;i++){let key=getItemKey(i);items[i]=key;let measuredSize=itemSizeCache.get(key),size=typeof measuredSize=="number"?measuredSize:this.options.estimateSize(i);flat[i*2]=runningStart,flat[i*2+1]=size,runningStart+=size+gap}this._singleLaneMeasurements={flat,items};let view=createLazyMeasurementsView(items,flat);return this.measurementsCache=view,view}let measurements=this.measurementsCache.slice(0,min),laneLastIndex=new Array(lanes).fill(void 0),laneEnds=new Float64Array(lanes),filledLanes=0;for(let m=0;m<min;m++){let item=measurements[m];item&&(laneLastIndex[item.lane]===void 0&&filledLanes++,laneLastIndex[item.lane]=m,laneEnds[item.lane]=item.end)}for(let i=min;i<count3;i++){let key=getItemKey(i),cachedLane=this.laneAssignments.get(i),lane,start,shouldCacheLane=laneAssignmentMode==="estimate"||itemSizeCache.has(key);if(cachedLane!==void 0&&this.options.lanes>1){lane=cachedLane;let prevIndex=laneLastIndex[lane],prevInLane=prevIndex!==void 0?measurements[prevIndex]:void 0;start=prevInLane?prevInLane.end+gap:paddingStart+scrollMargin}else if(filledLanes===lanes){let bestLane=0,bestEnd=laneEnds[0],bestIdx=laneLastIndex[0];for(let l=1;l<lanes;l++){let e=laneEnds[l];(e<bestEnd||e===bestEnd&&laneLastIndex[l]<bestIdx)&&(bestLane=l,bestEnd=e,bestIdx=laneLastIndex[l])}lane=bestLane,start=bestEnd+gap,shouldCacheLane&&this.laneAssignments.set(i,lane)}else lane=i%this.options.lanes,start=paddingStart+scrollMargin,shouldCacheLane&&this.laneAssignments.set(i,lane);let measuredSize=itemSizeCache.get(key),size=typeof measuredSize=="number"?measuredSize:this.options.estimateSize(i),end=start+size;measurements[i]={index:i,start,size,end,key,lane},laneLastIndex[lane]===void 0&&filledLanes++,laneLastIndex[lane]=i,laneEnds[lane]=end}return this.measurementsCache=measurements,measurements},{key:!1,debug:()=>this.options.debug}),this.calculateRange=memo(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(measurements,outerSize,scrollOffset,lanes,listEnd)=>{if(measurements.length===0||outerSize===0)return this.range=null,null;let maxScrollOffset=Math.max(listEnd-outerSize,0);return this.range=calculateRangeImpl(measurements,outerSize,Math.min(scrollOffset,maxScrollOffset),lanes,lanes===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=memo(()=>{let startIndex=null,endIndex=null,range=this.calculateRange();return range&&(startIndex=range.startIndex,endIndex=range.endIndex),this.maybeNotify.updateDeps([this.isScrolling,startIndex,endIndex]),[this.options.rangeExtractor,this.options.overscan,this.options.count,startIndex,endIndex,this.options.lanes]},(rangeExtractor,overscan,count3,startIndex,endIndex,lanes)=>startIndex===null||endIndex===null?[]:rangeExtractor({startIndex,endIndex,overscan,count:count3,lanes}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=node=>{let attributeName=this.options.indexAttribute,indexStr=node.getAttribute(attributeName);return indexStr?parseInt(indexStr,10):(console.warn(`Missing attribute name '${attributeName}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=index=>{var _a;if(!isSmoothScroll(this.scrollState))return!0;let scrollIndex=this.scrollState.index??((_a=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:_a.index);if(scrollIndex!==void 0&&this.range){let bufferSize=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),minIndex=Math.max(0,scrollIndex-bufferSize),maxIndex=Math.min(this.options.count-1,scrollIndex+bufferSize);return index>=minIndex&&index<=maxIndex}return!0},this.measureElement=node=>{if(!node){this.elementsCache.forEach((cached,key2)=>{cached.isConnected||(this.observer.unobserve(cached),this.elementsCache.delete(key2))});return}let index=this.indexFromElement(node);if(!this.isIndexInRange(index))return;let key=this.options.getItemKey(index),prevNode=this.elementsCache.get(key);prevNode!==node&&(prevNode&&this.observer.unobserve(prevNode),this.observer.observe(node),this.elementsCache.set(key,node)),node.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(index)&&this.resizeItem(index,this.options.measureElement(node,void 0,this))},this.resizeItem=(index,size)=>{var _a,_b,_c;if(!this.isIndexInRange(index))return;(_a=this._resizeBatch)!=null&&_a.sync&&this.getMeasurements();let cachedSize,itemStart,key,flat=(_b=this._singleLaneMeasurements)==null?void 0:_b.flat;if(this.options.lanes===1&&flat!=null)key=this.options.getItemKey(index),itemStart=flat[index*2],cachedSize=flat[index*2+1];else{let item=this.measurementsCache[index];if(!item)return;key=item.key,itemStart=item.start,cachedSize=item.size}let itemSize=this.itemSizeCache.get(key)??cachedSize,delta=size-itemSize;if(delta!==0){let wasAtEnd=this.options.anchorTo==="end"&&!isSmoothScroll(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,prevTotalSize=wasAtEnd?this._getLayoutTotalSize():0,scrollOffset=this.getScrollOffset(),defaultShouldAdjust=!this.itemSizeCache.has(key)?itemStart<scrollOffset:itemStart+itemSize<=scrollOffset&&this.scrollDirection!=="backward",shouldAdjustScroll=!isSmoothScroll(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[index]??{index,key,start:itemStart,size:cachedSize,end:itemStart+cachedSize,lane:0},delta,this):defaultShouldAdjust);(this.pendingMin===null||index<this.pendingMin)&&(this.pendingMin=index),this.itemSizeCache.set(key,size),this.itemSizeCacheVersion++;let adjustedSync=!1;if(this._awaitingCommandReadBack()||(wasAtEnd?adjustedSync=this.applyScrollAdjustment(this._getLayoutTotalSize()-prevTotalSize):shouldAdjustScroll&&(adjustedSync=this.applyScrollAdjustment(delta))),this._resizeBatch){this._resizeBatch.notify=!0,(_c=this._resizeBatch).sync||(_c.sync=adjustedSync);return}this.notify(adjustedSync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=memo(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(indexes,measurements,hold)=>{let virtualItems=[];for(let k=0,len=indexes.length;k<len;k++){let i=indexes[k],measurement=measurements[i];virtualItems.push(hold===0?measurement:{...measurement,start:measurement.start-hold,end:measurement.end-hold})}return virtualItems},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=offset=>{var _a;let measurements=this.getMeasurements();if(measurements.length===0)return;let flat=(_a=this._singleLaneMeasurements)==null?void 0:_a.flat,useFlat=this.options.lanes===1&&flat!=null,idx=findNearestBinarySearch(0,measurements.length-1,useFlat?i=>flat[i*2]:i=>notUndefined(measurements[i]).start,offset);return notUndefined(measurements[idx])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let elementMax=this._elementMaxScrollOffset();if(elementMax===null)return;let write2=this.pendingWrite,max=Math.max(elementMax,0)+this._holdOffset;if(max>=write2.target)return;let lowMaxes=write2.lowMaxes??(write2.lowMaxes=[]);lowMaxes[lowMaxes.length-1]!==max&&lowMaxes.push(max)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=elementOffset=>{var _a;let offset=elementOffset+this._holdOffset;return((_a=this.pendingScrollAnchor)==null?void 0:_a.kind)==="anchor"&&(offset+=this.pendingScrollAnchor.delta),offset},this._elementMaxScrollOffset=()=>{let el=this.scrollElement;if(el===null)return null;if("scrollHeight"in el)return this.options.horizontal?el.scrollWidth-el.clientWidth:el.scrollHeight-el.clientHeight;if("document"in el){let doc=el.document.documentElement;return this.options.horizontal?doc.scrollWidth-el.innerWidth:doc.scrollHeight-el.innerHeight}return null},this._momentumStop=null,this._stopMomentum=done=>{let el=this.scrollElement,win=this.targetWindow;if(el===null||win===null)return;let scroller="document"in el?el.document.scrollingElement:el;if(!scroller?.style)return;if(this._momentumStop){this._momentumStop.done=done;return}let{style}=scroller,property=this.options.horizontal?"overflow-x":"overflow-y",value=style.getPropertyValue(property),priority=style.getPropertyPriority(property),crossSize=()=>this.options.horizontal?scroller.clientHeight:scroller.clientWidth,crossSizeBefore=crossSize();if(style.setProperty(property,"hidden","important"),crossSize()!==crossSizeBefore){style.setProperty(property,value,priority);return}let stop={restore:()=>style.getPropertyValue(property)!=="hidden"||style.getPropertyPriority(property)!=="important"?!1:(style.setProperty(property,value,priority),!0),done};this._momentumStop=stop,win.requestAnimationFrame(()=>win.requestAnimationFrame(()=>{this._momentumStop===stop&&(this._momentumStop=null,stop.restore()&&stop.done())}))},this._clampedBy=target=>{let elementMax=this._elementMaxScrollOffset();if(elementMax===null)return null;let maxAtWrite=elementMax+this._holdOffset;return target>maxAtWrite+.5?{target,maxAtWrite}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(threshold=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=threshold,this.getOffsetForAlignment=(toOffset,align,itemSize=0)=>{if(!this.scrollElement)return 0;let size=this.getSize(),scrollOffset=this.getScrollOffset();align==="auto"&&(align=toOffset>=scrollOffset+size?"end":"start"),align==="center"?toOffset+=(itemSize-size)/2:align==="end"&&(toOffset-=size);let maxOffset=this.getMaxScrollOffset();return Math.max(Math.min(maxOffset,toOffset),0)},this.getOffsetForIndex=(index,align="auto")=>{index=Math.max(0,Math.min(index,this.options.count-1));let size=this.getSize(),scrollOffset=this.getScrollOffset(),item=this.getMeasurements()[index];if(!item)return;if(align==="auto")if(item.end>=scrollOffset+size-this.options.scrollPaddingEnd)align="end";else if(item.start<=scrollOffset+this.options.scrollPaddingStart)align="start";else return[scrollOffset,align];if(align==="end"&&index===this.options.count-1){let maxOffset=this.getMaxScrollOffset(),toOffset2=maxOffset-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(toOffset2,maxOffset),0),align]}let toOffset=align==="end"?item.end+this.options.scrollPaddingEnd:item.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(toOffset,align,item.size),align]},this.scrollToOffset=(toOffset,{align="start",behavior="auto"}={})=>{this._startScroll({index:null,align},this.getOffsetForAlignment(toOffset,align),behavior,"absolute")},this.scrollToIndex=(index,{align:initialAlign="auto",behavior="auto"}={})=>{index=Math.max(0,Math.min(index,this.options.count-1));let offsetInfo=this.getOffsetForIndex(index,initialAlign);if(!offsetInfo)return;let[offset,align]=offsetInfo;this._startScroll({index,align},offset,behavior,"absolute")},this.scrollBy=(delta,{behavior="auto"}={})=>{let offset=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+delta,"start");this._startScroll({index:null,align:"start"},offset,behavior,"relative")},this.scrollToEnd=({behavior="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),behavior,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var _a,_b;let measurements=this.getMeasurements(),end;if(measurements.length===0)end=this.options.paddingStart;else if(this.options.lanes===1){let lastIdx=measurements.length-1,flat=(_a=this._singleLaneMeasurements)==null?void 0:_a.flat;flat!=null?end=flat[lastIdx*2]+flat[lastIdx*2+1]:end=((_b=measurements[lastIdx])==null?void 0:_b.end)??0}else{let endByLane=Array(this.options.lanes).fill(null),endIndex=measurements.length-1;for(;endIndex>=0&&endByLane.some(val=>val===null);){let item=measurements[endIndex];endByLane[item.lane]===null&&(endByLane[item.lane]=item.end),endIndex--}end=Math.max(...endByLane.filter(val=>val!==null))}return Math.max(end-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let snapshot=[];if(this.itemSizeCache.size===0)return snapshot;let m=this.getMeasurements();for(let item of m)item&&this.itemSizeCache.has(item.key)&&snapshot.push({index:item.index,key:item.key,start:item.start,size:item.size,end:item.end,lane:item.lane});return snapshot},this._scrollToOffset=(offset,{adjustments,behavior}={})=>{let write2={target:offset+(adjustments??0),smooth:behavior==="smooth"};return this.pendingWrite=write2,this.options.scrollToFn(offset-this._holdOffset,{behavior,adjustments},this),write2},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let writtenOffset=this.getCommandWrittenOffset();return!(isIOSWebKit()&&this._iosGesture.dragging())&&writtenOffset!==null&&!approxEqual(writtenOffset,this.getScrollOffset())},this._followOffsetTarget=delta=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=delta)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(opts)}get scrollAdjustments(){return 0}applyScrollAdjustment(delta,behavior){if(delta===0)return!1;if(this._followOffsetTarget(delta),this._canWriteScroll()){let offset=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(offset+delta);let write2=this._scrollToOffset(offset,{adjustments:delta,behavior});return this.scrollOffset!==null&&(this.pendingWrite===write2&&(this.scrollOffset+=delta),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=delta,this.scrollOffset!==null&&(this.scrollOffset+=delta),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(state){let offsetInfo=state.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:state.index!=null?this.getOffsetForIndex(state.index,state.align):void 0;return offsetInfo?offsetInfo[0]:state.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let targetOffset=this.getScrollStateTarget(this.scrollState),STABLE_FRAMES=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,targetChanged=targetOffset!==this.scrollState.lastTargetOffset;if(!targetChanged&&approxEqual(targetOffset,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=STABLE_FRAMES){this.getScrollOffset()!==targetOffset&&this._scrollToOffset(targetOffset,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,targetChanged){let viewport=this.getSize()||600,distance=Math.abs(targetOffset-this.getScrollOffset()),keepSmooth=isSmoothScroll(this.scrollState)&&distance>viewport;this.scrollState.lastTargetOffset=targetOffset,keepSmooth?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(targetOffset,{behavior:keepSmooth?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(target,offset,behavior,kind){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let tail=this._iosGesture.tail();if(kind==="absolute"&&tail!==null){if(tail==="fling"&&momentumOverridesWrites()){this._stopMomentum(()=>{let state=this.scrollState;state?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...target,startedAt:this.now(),lastTargetOffset:offset,stableFrames:0,phase:"queued",behavior,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...target,startedAt:this.now(),lastTargetOffset:offset,stableFrames:0,behavior,phase:initialScrollPhase(behavior,target.index!=null&&approxEqual(offset,this.getScrollOffset()))},this._scrollToOffset(offset,{behavior}),this.scheduleScrollReconcile()}},findNearestBinarySearch=(low,high,getCurrentValue,value)=>{for(;low<=high;){let middle=(low+high)/2|0,currentValue=getCurrentValue(middle);if(currentValue<value)low=middle+1;else if(currentValue>value)high=middle-1;else return middle}return low>0?low-1:0};function findNearestBinarySearchFlat(flat,high,value){let low=0;for(;low<=high;){let middle=(low+high)/2|0,currentValue=flat[middle*2];if(currentValue<value)low=middle+1;else if(currentValue>value)high=middle-1;else return middle}return low>0?low-1:0}function calculateRangeImpl(measurements,outerSize,scrollOffset,lanes,flat){let lastIndex=measurements.length-1;if(measurements.length<=lanes)return{startIndex:0,endIndex:lastIndex};if(lanes===1&&flat!==null){let startIndex2=findNearestBinarySearchFlat(flat,lastIndex,scrollOffset),endIndex2=startIndex2,limit=scrollOffset+outerSize;for(;endIndex2<lastIndex&&flat[endIndex2*2]+flat[endIndex2*2+1]<limit;)endIndex2++;return{startIndex:startIndex2,endIndex:endIndex2}}let startIndex=findNearestBinarySearch(0,lastIndex,index=>measurements[index].start,scrollOffset),endIndex=startIndex;if(lanes===1)for(;endIndex<lastIndex&&measurements[endIndex].end<scrollOffset+outerSize;)endIndex++;else if(lanes>1){let endPerLane=Array(lanes).fill(0);for(;endIndex<lastIndex&&endPerLane.some(pos=>pos<scrollOffset+outerSize);){let item=measurements[endIndex];endPerLane[item.lane]=item.end,endIndex++}let startPerLane=Array(lanes).fill(scrollOffset+outerSize);for(;startIndex>=0&&startPerLane.some(pos=>pos>=scrollOffset);){let item=measurements[startIndex];startPerLane[item.lane]=item.start,startIndex--}startIndex=Math.max(0,startIndex-startIndex%lanes),endIndex=Math.min(lastIndex,endIndex+(lanes-1-endIndex%lanes))}return{startIndex,endIndex}}var COLUMNS=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["time","Time","time"],["doing","Actions",null]],STEP_PIXELS=16,Header=class{constructor(rowModel,events){this.rowModel=rowModel;this.events=events;this.node=element("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[n,[name,label,key]]of COLUMNS.entries())this.node.append(this.columnHead(n,name,label,key))}node;heads=new Map;draw(){let{key:sorted,descending}=this.rowModel.sort;for(let[key,head]of this.heads)setAttribute(head,"aria-sort",key===sorted?descending?"descending":"ascending":"none")}columnHead(n,name,label,key){let head=element("div",`scl-cell scl-c-${name}`,{role:"columnheader","aria-colindex":String(n+1)});if(key===null)return head.append(element("span","scl-unseen",{},label)),head;let isState=key==="state",sort=element("button","scl-sort",{type:"button",tabindex:isState?"0":"-1",title:`Sort by ${label.toLowerCase()}`},element("span",isState?"scl-unseen":"",{},label));return sort.addEventListener("click",()=>{this.rowModel.sortBy(key),this.events.changed()}),sort.addEventListener("keydown",event=>{this.onHeadKey(event,sort)}),head.append(sort),key==="name"&&head.append(this.resizer()),this.heads.set(key,head),head}onHeadKey(event,sort){if(event.key!=="ArrowLeft"&&event.key!=="ArrowRight")return;event.preventDefault();let by=event.key==="ArrowLeft"?-1:1;if(event.shiftKey){this.events.resize(by*STEP_PIXELS);return}let all=[...this.node.querySelectorAll(".scl-sort")].filter(one=>one.offsetParent!==null),next=all[all.indexOf(sort)+by];next!==void 0&&(sort.tabIndex=-1,next.tabIndex=0,next.focus())}resizer(){let edge=element("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),from2=null;return edge.addEventListener("pointerdown",event=>{from2=event.clientX,edge.setPointerCapture(event.pointerId),event.preventDefault()}),edge.addEventListener("pointermove",event=>{from2!==null&&(this.events.resize(event.clientX-from2),from2=event.clientX)}),edge.addEventListener("pointerup",()=>{from2=null}),edge.addEventListener("dblclick",()=>{this.events.resize(null)}),edge}};var OPTIONAL_COLUMNS=["number","worker","arguments"];function roomOf(width){return width<400?"narrow":width<560?"middle":"wide"}function rowHeight(room){return room==="narrow"?44:28}function headerHeight(room){return room==="narrow"?0:26}var MAX_COLUMNS=56,MIN_COLUMNS=10,STEP=4,NameColumn=class{columns=MIN_COLUMNS;get width(){return this.columns}reset(){this.columns=MIN_COLUMNS}fit(columns){let wanted=Math.min(MAX_COLUMNS,Math.ceil(columns/STEP)*STEP);return wanted<=this.columns?!1:(this.columns=wanted,!0)}};var MIN_INTERVAL_MS=500,QueuePlaces=class{constructor(store){this.store=store}numbers=[];madeOf=-1;madeAt=-1/0;before(number){let now=performance.now();if(this.madeOf!==this.store.revision&&now-this.madeAt>=MIN_INTERVAL_MS){this.numbers=[];for(let row of this.store.rows)isToCome(row.status)&&this.numbers.push(row.number);this.madeOf=this.store.revision,this.madeAt=now}let low=0,high=this.numbers.length;for(;low<high;){let middle=low+high>>1;(this.numbers[middle]??1/0)<number?low=middle+1:high=middle}return low}};var ORDER=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],MIN_SHARE=.004,CountsBar=class{node=element("div","scl-bar");segments=new Map;constructor(){for(let status2 of ORDER){let segment=element("span","scl-segment",{"data-status":status2,hidden:""});this.segments.set(status2,segment),this.node.append(segment)}}draw(counts){let size=STATUSES.reduce((sum,status2)=>sum+counts[status2],0);for(let[status2,segment]of this.segments){let share=size===0?0:counts[status2]/size,grow=share===0?"0":String(Math.max(share,MIN_SHARE));segment.style.flexGrow!==grow&&(segment.style.flexGrow=grow,segment.hidden=share===0)}}};var MIN_SHARE2=.005,MIN_SECONDS=.5,SAMPLE_INTERVAL_SECONDS=1,WINDOW_SECONDS=60,MIN_SETTLED=2,MAX_QUIET_SECONDS=3,MAX_QUIET_GAPS=8;function progressEta(row,time){let share=row.progress?shareOf(row.progress):null,elapsed2=row.startedAt===null?0:time-row.startedAt;return share===null||share<MIN_SHARE2||share>=1||elapsed2<MIN_SECONDS?null:elapsed2*(1-share)/share}function groupEta(group,time){let{settled:settled2,size,startedAt,counts}=group,elapsed2=startedAt===null?0:time-startedAt;if(!(counts.running+counts.cancelling>0)||settled2<MIN_SETTLED||settled2===size||elapsed2<MIN_SECONDS)return null;let last=group.lastEndedAt??time,gap=(last-(startedAt??last))/settled2;return time-last>Math.max(MAX_QUIET_SECONDS,MAX_QUIET_GAPS*gap)?null:(size-settled2)*elapsed2/settled2}var TotalEta=class{samples=[];of(settled2,size,time){let last=this.samples.at(-1);if(settled2===size||last!==void 0&&settled2<last.settled)return this.samples=[],null;for((last===void 0||time-last.at>=SAMPLE_INTERVAL_SECONDS)&&this.samples.push({at:time,settled:settled2});(this.samples[1]?.at??time)<=time-WINDOW_SECONDS;)this.samples.shift();let first=this.samples[0],done=settled2-(first?.settled??settled2);return first===void 0||done<MIN_SETTLED||time-first.at<MIN_SECONDS?null:(size-settled2)*(time-first.at)/done}};function roughly(seconds){if(seconds<10)return`~${Math.max(1,Math.round(seconds))} s`;if(seconds<57.5)return`~${Math.round(seconds/5)*5} s`;if(seconds<295){let tens=Math.round(seconds/10),rest2=tens%6*10;return`~${Math.floor(tens/6)} min${rest2===0?"":` ${rest2} s`}`}let minutes=Math.round(seconds/60);if(minutes<60)return`~${minutes} min`;let rest=Math.round(minutes%60/10)*10;return`~${Math.floor(minutes/60)+(rest===60?1:0)} h${rest%60===0?"":` ${rest} min`}`}var INDEX=/\[\d+\]$/;function nameParts(name,groupName,isBelowGroup){let index=INDEX.exec(name)?.[0]??"",base=index===""?name:name.slice(0,-index.length);if(isBelowGroup&&index!==""&&base===groupName)return{stem:"",tail:index};let kept=/^[\x20-\x7e]*$/.test(base)&&base.length>18?6:0;return{stem:base.slice(0,base.length-kept),tail:base.slice(base.length-kept)+index}}function columnsOf(text){let wide=0;for(let character of text){let code=character.codePointAt(0)??0;code>=4352&&(code>=11904||code<=4447)&&(wide+=1)}return text.length+wide}var NO_GLIMPSE={arguments:"",result:"",line:""};function nowOf(row,time,glimpse=NO_GLIMPSE,before=null){switch(row.status){case"running":return running(row,time,glimpse);case"queued":return said(joined(retriedOf(row),row.detail===""?placeOf(before):row.detail));case"waiting":case"retrying":return said(row.detail===""?"waits for other tasks":row.detail);case"failed":return said(row.error,"failed");case"cancelling":{let since=ticking(time-(row.cancelRequestedAt??time));return said(joined(`${since}${from(row)}`,row.detail),"cancelling")}case"cancelled":return said(joined(settled(row)+from(row),row.detail));case"succeeded":return said(glimpse.result)}}function running(row,time,glimpse){let{progress}=row;if(!progress)return said(joined(retriedOf(row),glimpse.line));let left=progressEta(row,time),text=joined(countsOf(progress),left===null?"":`${roughly(left)} left`,progress.note);return{word:"",text:joined(retriedOf(row),text),share:shareOf(progress)}}function countsOf(progress){let{done,total}=progress,share=shareOf(progress),isCounted=Number.isInteger(done)&&(total===null||Number.isInteger(total));return share===null||total===null?Number.isInteger(done)?count(done):done.toPrecision(3):isCounted?`${count(done)}/${count(total)}`:`${Math.floor(share*100)} %`}function retriedOf(row){return row.attempt>1?`attempt ${row.attempt}`:""}function placeOf(before){return before===null?"":before===0?"first in the queue":`${count(before)} queued before it`}function settled(row){let after=row.cancelSeconds===null?"":` in ${milliseconds(row.cancelSeconds)}`;switch(row.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${after}`;case"killed":return`killed${after}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function from(row){return row.cancelRequestedBy===""?"":`, from ${row.cancelRequestedBy}`}function said(text,word=""){return{word,text,share:null}}function joined(...parts){return parts.filter(part=>part!=="").join(" · ")}var KILL_OFFERED_AFTER_SECONDS=2,GROUP_VERBS={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},ASKED="Requested; waiting for the answer",RowView=class _RowView{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=cell("check",1);state=cell("state",2);icon=element("span","scl-icon",{"aria-hidden":"true"});stateWord=element("span","scl-unseen");number=cell("number",3);name=cell("name",4);stem=element("span","scl-stem");tail=element("span","scl-tail");extra=element("span","scl-extra");worker=cell("worker",5);now=cell("now",6);bar=new CountsBar;progress=element("span","scl-progress",{"aria-hidden":"true"});filled=element("span","scl-filled");word=element("span","scl-word");text=element("span","scl-text");time=cell("time",7);doing=cell("doing",8);stop=action("scl-stop","stop");more=action("scl-more","details");constructor(id){this.check.append(element("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(element("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=element("div","scl-row",{role:"row",id},this.check,this.state,this.number,this.name,this.worker,this.now,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(row,state){if(state.isOver||row.status==="succeeded")return null;if(isDone(row.status))return state.isPending?"asked":"retry";if(row.status==="cancelling"){let since=row.cancelRequestedAt??state.now;return state.canKill&&state.now-since>KILL_OFFERED_AFTER_SECONDS?"kill":"asked"}return state.isPending?"asked":"cancel"}static buttonOfGroup(group,{isOver,canKill,now}){let{counts}=group,open=stoppableOf(counts);if(isOver)return null;if(open>0)return["stop",open];if(counts.cancelling>0){let late=canKill?group.stillCancelling(now-KILL_OFFERED_AFTER_SECONDS).length:0;return late>0?["kill",late]:["asked",counts.cancelling]}let again=counts.failed+counts.cancelled;return again>0?["retry",again]:null}update(row,state){this.id=row.id,this.place(state);let{isBelow}=state;this.shown===null&&this.becomeTask(),(this.shown!==row||this.shownBelow!==isBelow)&&(this.writeFacts(row,isBelow),this.shown=row,this.shownBelow=isBelow),this.writeExtra(clean(state.glimpse.arguments)),setText(this.time,elapsed(row,state.now)),this.say(row.status,nowOf(row,state.now,state.glimpse,state.before)),this.writeButton(row,_RowView.buttonOf(row,state))}updateGroup(group,state){this.id=group.id,this.place(state),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(group.status),setAttribute(this.node,"aria-expanded",String(!state.isFolded)),setText(this.number,String(group.first));let name=clean(group.name);this.writeName(nameParts(name,"",!1),name),this.name.title=`${name}: ${tasks(group.size)}`,this.name.dataset.do="fold",this.writeExtra(tasks(group.size)),setText(this.worker,""),setText(this.time,elapsed(group,state.now)),this.bar.draw(group.counts),this.say(group.status,{word:"",text:groupInWords(group,state.now),share:null}),setAttribute(this.now,"title",inWords(group.counts)),this.writeGroupButton(name,_RowView.buttonOfGroup(group,state))}writeGroupButton(name,button2){let[does,n]=button2??["asked",0],command=does==="asked"?"stop":does,what=`${GROUP_VERBS[command]} ${tasks(n)}`;this.offer(button2!==null,does,command,what,`${what} of ${name}`)}writeButton(row,does){let isRetry=isRetriable(row.status),verb=does==="kill"?"Kill the worker of":isRetry?"Retry":"Cancel",tip=does==="kill"?"It was requested to stop and has not yet: stop its worker process":verb,command=does==="kill"?"kill":isRetry?"retry":"stop";this.offer(does!==null,does??"asked",command,tip,`${verb} ${clean(row.name)}`)}offer(isThere,does,command,tip,label){let{stop}=this,isAsked=does==="asked";stop.disabled=isAsked,stop.classList.toggle("scl-hidden",!isThere),setAttribute(stop,"data-do",command),setAttribute(stop,"aria-label",label),stop.title=isAsked?ASKED:tip}place(state){this.node.style.transform=`translateY(${state.top}px)`,setAttribute(this.node,"aria-rowindex",String(state.index+2)),setAttribute(this.node,"aria-selected",String(state.isSelected)),setAttribute(this.node,"aria-level",state.level===null?null:String(state.level)),this.node.classList.toggle("scl-active",state.isActive)}say(status2,{word,text,share}){let shown=clean(text);setText(this.word,word),this.word.hidden=word==="",setText(this.text,shown);let all=word===""?shown:`${word}: ${shown}`;setAttribute(this.now,"title",all),setAttribute(this.state,"title",all===""||word!==""?status2:`${status2}: ${all}`),this.progress.hidden=share===null;let width=`${(share??0)*100}%`;this.filled.style.width!==width&&(this.filled.style.width=width)}writeStatus(status2){this.node.dataset.status=status2,setText(this.icon,ICONS[status2]),setText(this.stateWord,status2)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,setAttribute(this.node,"aria-expanded",null)}writeFacts(row,isBelow){this.writeStatus(row.status),setText(this.number,String(row.number));let name=clean(row.name);this.writeName(nameParts(name,clean(row.groupName),isBelow),name),setAttribute(this.more,"aria-label",`Details of ${name}`),this.more.title="Details",setText(this.worker,clean(row.worker)),this.worker.title=clean(row.worker)}writeName({stem,tail},name){setText(this.stem,stem),setText(this.tail,tail),this.name.title=name,this.nameColumns=columnsOf(stem+tail)}writeExtra(text){this.extra.textContent!==text&&(setText(this.extra,text),this.extra.title=text,this.extraColumns=text===""?0:columnsOf(text)+2)}};function groupInWords(group,now){let{counts,settled:settled2,size}=group,left=groupEta(group,now);return[`${count(settled2)}/${count(size)}`,counts.failed>0?`${count(counts.failed)} failed`:"",counts.cancelled>0?`${count(counts.cancelled)} cancelled`:"",left===null?"":roughly(left)].filter(part=>part!=="").join(" · ")}function cell(name,column){return element("div",`scl-cell scl-c-${name}`,{role:"gridcell","aria-colindex":String(column)})}function action(className,does){return element("button",`scl-act ${className}`,{type:"button",tabindex:"-1","data-do":does})}var OVERSCAN=6,MAX_ROWS_HIGH=12,PAGE=10,EM_A_COLUMN=.58,MIN_NAME_PIXELS=48,Grid=class{constructor(store,rowModel,pending,glimpses,view,events){this.store=store;this.rowModel=rowModel;this.pending=pending;this.glimpses=glimpses;this.view=view;this.events=events;this.queue=new QueuePlaces(store),this.header=new Header(rowModel,{changed:events.changed,resize:by=>{this.resizeNames(by)}}),this.body=element("div","scl-body",{role:"rowgroup"}),this.empty=element("div","scl-empty"),this.node=element("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(COLUMNS.length)},element("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new Virtualizer({count:0,getScrollElement:()=>this.node,estimateSize:()=>rowHeight(this.room),scrollPaddingStart:headerHeight(this.room),overscan:OVERSCAN,initialRect:{width:0,height:rowHeight(this.room)*MAX_ROWS_HIGH},observeElementRect,observeElementOffset,scrollToFn:elementScroll,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new NameColumn;queue;resized;room="wide";virtualizer;unmount;idStem=freshId("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let room=roomOf(this.node.clientWidth),high=this.node.clientHeight-headerHeight(room);this.rowModel.roomFor(Math.max(MAX_ROWS_HIGH,Math.floor(high/rowHeight(room)))),this.view.noteHeight(this.node.style.height),room!==this.room&&(this.room=room,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:headerHeight(room)}),this.virtualizer.measure()),this.events.changed()}resizeNames(by){let cell2=this.header.node.querySelector(".scl-c-name"),now=this.view.nameWidth??cell2?.offsetWidth??0;this.view.nameWidth=by===null?null:Math.max(MIN_NAME_PIXELS,now+by),this.events.changed()}draw(){let ids=this.rowModel.ids,{room}=this;if(ids.length!==this.count){this.count=ids.length,this.virtualizer.setOptions({...this.virtualizer.options,count:ids.length}),this.virtualizer._willUpdate(),setAttribute(this.node,"aria-rowcount",String(ids.length+1)),this.body.style.height=`${ids.length*rowHeight(room)}px`;let high=Math.min(Math.max(ids.length,1),MAX_ROWS_HIGH)*rowHeight(room);this.node.style.setProperty("--scl-rows-high",`${high+headerHeight(room)+2}px`)}this.node.dataset.room=room;for(let column of OPTIONAL_COLUMNS)this.node.classList.toggle(`scl-has-${column}`,this.view.shows(column));this.header.draw(),this.drawRows(ids);let{nameWidth}=this.view,width=nameWidth===null?`${this.nameColumn.width*EM_A_COLUMN+3}em`:`${nameWidth}px`;this.node.style.getPropertyValue("--scl-names")!==width&&this.node.style.setProperty("--scl-names",width)}drawRows(ids){let items=this.virtualizer.getVirtualItems(),now=this.store.now(),used=0,activeRow=null,isTree=this.rowModel.groupsAreListed&&this.store.hasGroups;setAttribute(this.node,"role",isTree?"treegrid":"grid");for(let item of items){let id=ids[item.index];if(id===void 0||(this.store.get(id)??this.store.group(id))===void 0)continue;let view=this.viewAt(used);used+=1;let isActive=id===this.rowModel.active;isActive&&(activeRow=view.node.id),this.drawRow(view,id,{index:item.index,top:item.start,now,isActive,isSelected:this.rowModel.isSelected(id),level:isTree?this.levelOf(id):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1}),this.nameColumn.fit(view.wants)}for(let spare of this.pool.splice(used))spare.node.remove();setAttribute(this.node,"aria-activedescendant",activeRow)}drawRow(view,id,place){let row=this.store.get(id);if(row!==void 0){let isQueued=row.status==="queued"&&row.detail==="";view.update(row,{...place,isPending:this.pending.has(id),glimpse:this.glimpses.of(row),isBelow:place.level===2||this.rowModel.isOneGroup,before:isQueued?this.queue.before(row.number):null});return}let group=this.store.group(id);group!==void 0&&view.updateGroup(group,{...place,isFolded:this.rowModel.isFolded(group)})}levelOf(id){let group=this.store.groupOf(id);return group!==null&&group.size>1?2:1}viewAt(n){let view=this.pool[n];return view===void 0&&(view=new RowView(`${this.idStem}-${n}`),this.pool.push(view),this.body.append(view.node)),view}reveal(){let index=this.rowModel.indexOf(this.rowModel.active);index>=0&&this.virtualizer.scrollToIndex(index,{align:"auto"})}release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=event=>{let[id,does]=this.target(event);if(id===null)return;if(this.store.get(id)===void 0&&(does==="stop"||does==="kill"||does==="retry")){this.actOnGroup(id,does);return}if(does==="fold"){this.rowModel.active=id,this.toggleFold(id),this.events.changed();return}if(does==="stop"||does==="kill"){this.events.stop([id],does==="kill");return}if(does==="retry"){this.events.retry([id]);return}does==="details"?(this.rowModel.selectOnly(id),this.events.toggleDetails(id)):event.shiftKey?this.rowModel.extendTo(id):event.ctrlKey||event.metaKey||does==="check"?this.rowModel.toggle(id):this.rowModel.selectOnly(id),this.events.changed()};onMenu=event=>{let[id]=this.target(event);id!==null&&!this.rowModel.isSelected(id)&&(this.rowModel.selectOnly(id),this.events.changed())};onDoubleClick=event=>{let[id,does]=this.target(event);id!==null&&does===""&&this.open(id)};open(id){isGroupId(id)?(this.toggleFold(id),this.events.changed()):this.events.toggleDetails(id)}toggleFold(id){let group=this.store.group(id);group!==void 0&&this.rowModel.fold(id,!this.rowModel.isFolded(group))}actOnGroup(id,does){let group=this.store.group(id);if(group!==void 0)switch(does){case"stop":this.events.stop(idsOf2(group.rows),!1);break;case"kill":{let since=this.store.now()-KILL_OFFERED_AFTER_SECONDS;this.events.stop(idsOf2(group.stillCancelling(since)),!0);break}case"retry":this.events.retry(idsOf2(group.rows));break}}target(event){if(!(event.target instanceof Element))return[null,""];let node=event.target.closest(".scl-row"),view=this.pool.find(one=>one.node===node),does=event.target.closest("[data-do]")?.dataset.do,isCheck=event.target.closest(".scl-c-check")!==null;return[view?.id??null,does??(isCheck?"check":"")]}onKey=event=>{event.target!==this.node||event.altKey||this.pressed(event)&&(event.preventDefault(),event.stopPropagation(),this.events.changed())};pressed(event){let step=STEPS.get(event.key);if(event.ctrlKey||event.metaKey)return event.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):step!==void 0&&this.move(step,event.shiftKey,!0);if(step!==void 0)return this.move(step,event.shiftKey,!1);let{active}=this.rowModel;if(event.key==="ArrowRight"||event.key==="ArrowLeft")return this.alongTree(active,event.key==="ArrowRight");let command=this.keys[event.key==="Delete"&&event.shiftKey?"C":event.key];return command?.(active),command!==void 0}keys={" ":active=>{active!==null&&this.rowModel.toggle(active)},Enter:active=>{active!==null&&this.open(active)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(idsOf2(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(step,extends_,keepsSelection){let{rowModel}=this,before=rowModel.active,id=rowModel.move(step);return id!==null&&extends_?(before!==null&&rowModel.selectedCount===0&&rowModel.selectOnly(before),rowModel.extendTo(id)):id!==null&&!keepsSelection&&rowModel.selectOnly(id),this.reveal(),!0}alongTree(active,inwards){let{rowModel}=this;if(active===null||!rowModel.groupsAreListed||!this.store.hasGroups)return!1;let group=this.store.group(active),isOpen=group!==void 0&&!rowModel.isFolded(group);return group!==void 0&&inwards!==isOpen?rowModel.fold(active,!inwards):group!==void 0&&inwards?this.goTo(rowModel.move(1)):group===void 0&&!inwards&&this.levelOf(active)>1&&this.goTo(this.store.groupOf(active)?.id??null),!0}goTo(id){id!==null&&(this.rowModel.selectOnly(id),this.reveal())}stopSelected(force){this.events.stop(idsOf2(this.rowModel.meant),force)}};function idsOf2(rows){return rows.map(row=>row.id)}function showEmpty(grid,note){setText(grid.emptyNote,note),grid.emptyNote.hidden=note===""}var STEPS=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-PAGE],["PageDown",PAGE],["Home",-1/0],["End",1/0]]);var KEYS=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],Help=class{constructor(leave){this.leave=leave;let shut=button("scl-shut","✕",()=>{this.close()});shut.setAttribute("aria-label","Close the list of keys");let list=element("dl","scl-keys");for(let[keys,effect]of KEYS)list.append(element("dt","",{},keys),element("dd","",{},effect));this.node=element("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},element("div","scl-pane-head",{},element("strong","",{},"Keys"),shut),list),this.node.hidden=!0,this.node.addEventListener("keydown",event=>{(event.key==="Escape"||event.key==="?"||event.key==="q")&&(event.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let hadFocus=holdsFocus(this.node);this.node.hidden=!0,hadFocus&&this.leave()}};var COLUMNS2=[["number",row=>row.number],["name",row=>row.name],["state",row=>row.status],["worker",row=>row.worker],["submitted",row=>isoTime(row.submittedAt)],["started",row=>isoTime(row.startedAt)],["ended",row=>isoTime(row.endedAt)],["seconds",secondsOf],["attempt",row=>row.attempt],["error",row=>row.error],["cancel",row=>row.cancelResolution],["id",row=>row.id]];function exportRows(rows,kind){let separator=kind==="tsv"?"	":",",line=values=>values.map(value=>field(value,kind)).join(separator),head=line(COLUMNS2.map(([name])=>name)),lines=rows.map(row=>line(COLUMNS2.map(([,of])=>of(row))));return`${[head,...lines].join(`
`)}
`}function secondsOf({startedAt,endedAt}){return startedAt===null||endedAt===null?null:Number((endedAt-startedAt).toFixed(6))}function isoTime(seconds){return seconds===null?"":new Date(seconds*1e3).toISOString()}var FORMULA=/^[=+\-@\t\r]/;function field(value,kind){if(value===null||typeof value=="number")return String(value??"");let safe=FORMULA.test(value)?`'${value}`:value;return kind==="tsv"?safe.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(safe)?`"${safe.replaceAll('"','""')}"`:safe}var Menu=class{constructor(label,sections){this.sections=sections;let id=freshId("menu");this.button=element("button","scl-act scl-dots",{type:"button",title:label,"aria-label":label,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":id}),this.list=element("div","scl-menu",{role:"menu",id,"aria-label":label,popover:"manual"}),this.list.hidden=!0,this.node=element("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",event=>{event.relatedTarget instanceof Node&&this.node.contains(event.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(items=>this.section(items))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),showAbove(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let hadFocus=holdsFocus(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),hadFocus&&this.button.focus()}section(items){let nodes=items.map(item=>this.item(item));return element("div","scl-menu-section",{role:"group"},...nodes)}item({id,label,isOn,isEnabled,isDanger,act}){let node=element("button","scl-menu-item",{type:"button",tabindex:"-1",role:isOn===void 0?"menuitem":"menuitemcheckbox","data-item":id},label);return isOn!==void 0&&node.setAttribute("aria-checked",String(isOn)),node.disabled=isEnabled===!1,node.classList.toggle("scl-danger",isDanger===!0),node.addEventListener("click",()=>{this.close(),act()}),node}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=event=>{if(this.list.hidden)return;let{items}=this,at=items.findIndex(item=>item===event.target),to=MOVES[event.key]?.(at,items.length);if(to!==void 0)items[to]?.focus();else if(event.key==="Escape"||event.key==="Tab")this.close();else return;event.preventDefault()}};function showAbove(list,anchor){if(typeof list.showPopover!="function")return;list.showPopover();let{left,right,top,bottom}=anchor.getBoundingClientRect(),{offsetWidth,offsetHeight}=list,page=document.documentElement,x=Math.max(4,Math.min(right-offsetWidth,page.clientWidth-offsetWidth-4)),isBelow=bottom+offsetHeight+4<=page.clientHeight||top<offsetHeight;list.style.left=`${left<0?4:x}px`,list.style.top=`${Math.max(4,isBelow?bottom+2:top-offsetHeight-2)}px`}var MOVES={ArrowDown:(at,n)=>(at+1)%n,ArrowUp:(at,n)=>(at+n-1)%n,Home:()=>0,End:(_at,n)=>n-1};var CHIPS=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],COLUMN_LABELS={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name"},SORTS=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],Toolbar=class{constructor(store,rowModel,view,commands,events){this.store=store;this.rowModel=rowModel;this.view=view;this.commands=commands;this.events=events;this.bar.node.setAttribute("role","img");let chips=element("div","scl-chips",{role:"group","aria-label":"List only"});for(let status2 of CHIPS)chips.append(this.chip(status2));this.stopSelected=button("scl-stop-selected","Cancel",()=>{commands.stop(rowModel.selectedStoppable)}),this.retrySelected=button("scl-retry-selected","Retry",()=>{commands.retry(rowModel.selected.map(({id})=>id))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField();let menu=new Menu("More",()=>this.menuItems());this.node=element("div","scl-head",{},element("div","scl-line",{},this.title,this.bar.node,this.headline,this.search,menu.node),element("div","scl-tools",{},chips))}node;title=element("span","scl-title");headline=element("span","scl-headline");bar=new CountsBar;chips=new Map;selection=element("div","scl-selection");selected=element("span");stopSelected;retrySelected;search;eta=new TotalEta;draw(){let{store,rowModel}=this,{counts}=store;setText(this.title,clean(store.engine?.label??"tasks")),this.title.title=this.title.textContent;let summary=this.summary();setText(this.headline,summary),this.headline.title=inWords(counts);let shown=inWords(counts);setAttribute(this.bar.node,"aria-label",shown===""?"no tasks yet":shown),this.bar.draw(counts);for(let[status2,chip]of this.chips){setText(chip.n,count(counts[status2]));let isOn=rowModel.filter.has(status2);setAttribute(chip.node,"aria-pressed",String(isOn)),chip.node.classList.toggle("scl-none",counts[status2]===0&&!isOn)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==rowModel.query&&(this.search.value=rowModel.query)}summary(){let{store}=this,{counts,size,settled:settled2}=store,left=store.phase==="ended"?null:this.eta.of(settled2,size,store.now()),parts=[`${count(settled2)}/${count(size)}`];return counts.failed>0&&parts.push(`${count(counts.failed)} failed`),left!==null&&parts.push(roughly(left)),parts.join(" · ")}drawSelection(){let{rowModel}=this,n=rowModel.selectedCount,isShown=n>1&&this.store.phase!=="ended";this.selection.hidden=!isShown,isShown&&(setText(this.selected,`${count(n)} selected`),this.stopSelected.disabled=rowModel.selectedStoppableCount===0,this.retrySelected.disabled=rowModel.selectedRetriableCount===0)}menuItems(){let{rowModel,store,view}=this,{isFiltered}=rowModel,listed=isFiltered?" listed":"",{counts}=store,toCome=toComeOf(counts),isOver=store.phase==="ended",n=of=>isFiltered||of<2?"":` (${count(of)})`,{changed}=this.events,toggles=[{id:"timeline",label:"Timeline",isOn:view.timeline,act:()=>{view.timeline=!view.timeline,changed()}}];store.hasGroups&&toggles.push({id:"groups",label:"Groups",isOn:rowModel.groupsAreWanted,act:()=>{view.listGroups(!rowModel.groupsAreWanted),changed()}});for(let column of OPTIONAL_COLUMNS)toggles.push({id:`column-${column}`,label:COLUMN_LABELS[column],isOn:view.shows(column),act:()=>{view.toggleColumn(column),changed()}});return[[{id:"cancel-queued",label:`Cancel${listed} queued${n(toCome)}`,isEnabled:!isOver&&toCome>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:isFiltered?"Cancel listed":`Cancel all${n(toCome+counts.running)}`,isEnabled:!isOver&&toCome+counts.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],toggles,SORTS.map(([key,label])=>({id:`sort-${key}`,label,isOn:rowModel.sort.key===key,act:()=>{rowModel.sortBy(key),changed()}})),this.outputItems()]}outputItems(){let{rowModel,store}=this,{changed,notice}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let text=exportRows(rowModel.listedRows,"tsv");copyText(text).then(()=>{notice(`Copied ${tasks(rowModel.listedRows.length)}`)},()=>{notice("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{download("tasks.csv",exportRows(rowModel.listedRows,"csv"))}},rowModel.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:store.settled>0,act:()=>{rowModel.clearDone(),changed()}}:{id:"clear",label:`Show ${tasks(rowModel.clearedCount)} again`,act:()=>{rowModel.showAll(),changed()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(status2){let n=element("span","scl-n"),node=element("button","scl-chip",{type:"button","data-status":status2,"aria-pressed":"false",title:status2},element("span","scl-icon",{"aria-hidden":"true"},ICONS[status2]),n,element("span","scl-chip-word",{},status2));return node.addEventListener("click",()=>{this.rowModel.toggleStatus(status2),this.events.changed()}),this.chips.set(status2,{node,n}),node}focusSearch(){this.search.focus()}searchField(){let field2=element("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return field2.addEventListener("input",()=>{this.rowModel.find(field2.value),this.events.changed()}),field2.addEventListener("keydown",event=>{event.key==="Escape"&&field2.value!==""&&(field2.value="",this.rowModel.find(""),this.events.changed())}),field2}};function download(name,text){let url=URL.createObjectURL(new Blob([text],{type:"text/plain;charset=utf-8"}));element("a","",{href:url,download:name}).click(),URL.revokeObjectURL(url)}var INTERVAL_MS=300,MAX_AT_ONCE=60,MAX_DETAILS_AT_ONCE=4,MAX_KEPT2=4e3,Glimpses=class{constructor(actions,changed){this.actions=actions;this.changed=changed}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(row){let known=this.known.get(row.id);return known?.of!==stateOf(row)&&this.isWorthAsking(row)&&(this.wanted.set(row.id,row),this.schedule()),known?.glimpse??NO_GLIMPSE}isWorthAsking(row){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&row.status==="running"&&hasOutput(row)}schedule(){this.timer===0&&!this.isBusy&&(this.timer=window.setTimeout(()=>{this.timer=0,this.request()},INTERVAL_MS))}async request(){let limit=this.actions.glimpses===void 0?MAX_DETAILS_AT_ONCE:MAX_AT_ONCE,rows=[...this.wanted.values()].slice(-limit);this.wanted.clear(),this.isBusy=!0;try{let found=await this.fetch(rows);for(let row of rows)this.keep(row,found.get(row.id)??NO_GLIMPSE);this.changed()}catch{for(let row of rows)this.keep(row,NO_GLIMPSE)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(rows){let{actions}=this;if(actions.glimpses!==void 0)return actions.glimpses(rows.map(({id})=>id));let found=await Promise.all(rows.map(async({id})=>{let output=(await actions.details?.(id))?.output??"";return[id,{...NO_GLIMPSE,line:lastLine(output)}]}));return new Map(found)}keep(row,{arguments:shown,result,line}){let before=this.known.get(row.id)?.glimpse??NO_GLIMPSE,glimpse={arguments:shown||before.arguments,result,line};this.known.delete(row.id),this.known.set(row.id,{of:stateOf(row),glimpse});for(let oldest of this.known.keys()){if(this.known.size<=MAX_KEPT2)break;this.known.delete(oldest)}}};function stateOf(row){return isDone(row.status)?row.status:`${row.attempt} ${row.outputBytes}`}function hasOutput(row){return row.outputBytes>0}function lastLine(output){return outputLines(output).split(`
`).filter(line=>line.trim()!=="").at(-1)?.trim()??""}function followTheme(root){let update=()=>{root.dataset.theme=isDark(root)?"dark":"light"},timers=[],lookAndAgain=()=>{update(),timers.forEach(window.clearTimeout.bind(window)),timers=[300,1500,5e3].map(ms=>window.setTimeout(update,ms))};lookAndAgain();let observer=new MutationObserver(lookAndAgain),options={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};observer.observe(document.documentElement,options),observer.observe(document.body,options);let preference=window.matchMedia("(prefers-color-scheme: dark)");return preference.addEventListener("change",update),()=>{observer.disconnect(),timers.forEach(window.clearTimeout.bind(window)),preference.removeEventListener("change",update)}}function isDark(root){for(let node=root.parentElement;node!==null;node=node.parentElement){let found=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(node).backgroundColor);if(found!==null&&Number(found[4]??1)>.5){let[red,green,blue]=[Number(found[1]),Number(found[2]),Number(found[3])];return .299*red+.587*green+.114*blue<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var STRIPES={cancelled:"rising",cancelling:"upright",failed:"falling"};function palette(root,pen){let probe=element("span","",{"aria-hidden":"true"});probe.hidden=!0,root.append(probe);let style=getComputedStyle(probe),colour=css=>(probe.style.color=css,style.color),of=make=>Object.fromEntries(STATUSES.map(status2=>[status2,make(status2)])),mixed=(status2,share)=>colour(`color-mix(in srgb, var(--scl-${status2}) ${share}%, var(--scl-raised))`),found={fill:of(status2=>{let stripes=STRIPES[status2],light=mixed(status2,status2==="succeeded"?38:30);return stripes===void 0?light:striped(pen,light,mixed(status2,55),stripes)??light}),text:of(()=>colour("var(--scl-ink)")),ink:colour("var(--scl-ink)"),line:colour("var(--scl-line)"),font:`11px ${style.fontFamily}`};return probe.remove(),found}var TILE=6;function striped(pen,ground,stripe,which){let tile=document.createElement("canvas");tile.width=TILE,tile.height=TILE;let of=tile.getContext("2d");if(of===null)return null;if(of.fillStyle=ground,of.fillRect(0,0,TILE,TILE),of.strokeStyle=stripe,of.lineWidth=1.5,of.beginPath(),which==="upright")of.moveTo(TILE/2,0),of.lineTo(TILE/2,TILE);else{let down=which==="falling"?1:-1;for(let shift of[-TILE,0,TILE])of.moveTo(shift-1,TILE/2-down*(TILE+2)/2),of.lineTo(shift+TILE+1,TILE/2+down*(TILE+2)/2)}return of.stroke(),pen.createPattern(tile,"repeat")}var MAX_LANES=64,MIN_SECONDS2=1e-4,REST=8,MIN_PIXELS=1,Timeline=class{constructor(store){this.store=store}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let began=performance.now();this.make(),this.madeOf=this.store.revision;let took=performance.now()-began;this.dearUntil=took<2?0:began+took*(1+REST)}return this.lanesMade}get workerCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let byWorker=new Map,from2=1/0,to=-1/0;for(let row of this.store.rows){let span2=spanOf(row);if(span2===null)continue;let spans=byWorker.get(row.worker);spans===void 0&&(spans=[],byWorker.set(row.worker,spans)),spans.push(span2),from2=Math.min(from2,span2.start),to=Math.max(to,span2.end??span2.start)}this.total=byWorker.size,this.extent=from2<=to?{from:from2,to}:null,this.lanesMade=[...byWorker].sort(([a],[b])=>a.localeCompare(b,"en",{numeric:!0})).slice(0,MAX_LANES).map(([worker,spans])=>({worker,spans:spans.sort((a,b)=>a.start-b.start)}))}get whole(){let{extent}=this,now=this.store.now();if(extent===null)return{from:now-1,to:now};let{running:running3,cancelling}=this.store.counts,to=running3+cancelling>0?Math.max(now,extent.to):extent.to;return{from:extent.from,to:Math.max(to,extent.from+MIN_SECONDS2)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}fit(){this.chosen=null}zoom(factor,at){let{from:from2,to}=this.range,seconds=Math.max((to-from2)/factor,MIN_SECONDS2),share=(at-from2)/(to-from2);this.show(at-share*seconds,seconds)}pan(share){let{from:from2,to}=this.range;this.show(from2+share*(to-from2),to-from2)}reveal(span2){let{from:from2,to}=this.range,end=span2.end??this.store.now();if(span2.start<from2||end>to){let seconds=Math.max(to-from2,(end-span2.start)*1.2);this.show((span2.start+end-seconds)/2,seconds)}}show(from2,seconds){let{whole}=this,all=whole.to-whole.from;if(seconds>=all){this.chosen=null;return}let start=Math.min(Math.max(from2,whole.from),whole.to-seconds);this.chosen={from:start,to:start+seconds}}bars(lane,width){let{from:from2,to}=this.range,now=this.store.now(),scale=width/(to-from2),bars=[];for(let n=firstEndingAfter(lane.spans,from2);n<lane.spans.length;n+=1){let span2=lane.spans[n];if(span2===void 0||span2.start>to)break;let left=Math.max((span2.start-from2)*scale,0),right=Math.min(((span2.end??now)-from2)*scale,width);if(right-left>=MIN_PIXELS){bars.push({left,right,status:span2.status,id:span2.id,count:1});continue}let pixel=Math.floor(left),narrow={left:pixel,right:pixel+MIN_PIXELS},before=bars.at(-1);if(before?.left===pixel&&before.right===narrow.right){let count3=before.count+1;bars[bars.length-1]={...narrow,...morePressing(before,span2),count:count3}}else bars.push({...narrow,status:span2.status,id:span2.id,count:1})}return bars}at(lane,time,within){let now=this.store.now(),best=null,bestGap=within,start=firstEndingAfter(lane.spans,time-within);for(let n=start;n<lane.spans.length;n+=1){let span2=lane.spans[n];if(span2===void 0||span2.start>time+within)break;let gap=Math.max(span2.start-time,time-(span2.end??now),0);(gap<bestGap||gap===0&&bestGap===0)&&(best=span2,bestGap=gap)}return best}ticks(most){let{from:from2,to}=this.range,origin=this.whole.from,step=roundStep((to-from2)/Math.max(most,1)),ticks=[];for(let n=Math.ceil((from2-origin)/step);origin+n*step<=to;n+=1)ticks.push({at:origin+n*step,since:n*step});return ticks}};function spanOf(row){return row.startedAt===null?null:{id:row.id,start:row.startedAt,end:row.endedAt,status:row.status}}function firstEndingAfter(spans,time){let low=0,high=spans.length;for(;low<high;){let middle=low+high>>1;(spans[middle]?.end??1/0)<time?low=middle+1:high=middle}return low}function morePressing(a,b){let{status:status2,id}=STATUSES.indexOf(b.status)<STATUSES.indexOf(a.status)?b:a;return{status:status2,id}}var STEPS2=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function roundStep(least){if(least<1){let power=10**Math.floor(Math.log10(Math.max(least,MIN_SECONDS2)));return[1,2,5,10].map(n=>n*power).find(step=>step>=least)??1}return STEPS2.find(step=>step>=least)??Math.ceil(least/86400)*86400}var LANE_HEIGHT=18,BAR_HEIGHT=14,AXIS_HEIGHT=16,PIXELS_A_TICK=80,NEAR_PIXELS=3,ROOM_FOR_ICON=14,ROOM_FOR_NAME=44,ZOOM=1.6,DRAW_INTERVAL_MS=90,HELP="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects.",TimelineView=class{constructor(root,store,events){this.root=root;this.store=store;this.events=events;this.timeline=new Timeline(store),this.area=element("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":HELP},this.names,this.canvas);let middle=()=>{let{from:from2,to}=this.timeline.range;return(from2+to)/2},zoomOut=button("scl-tl-zoom","−",()=>{this.zoom(1/ZOOM,middle())}),zoomIn=button("scl-tl-zoom","+",()=>{this.zoom(ZOOM,middle())});zoomOut.setAttribute("aria-label","Zoom out"),zoomIn.setAttribute("aria-label","Zoom in"),this.fit=button("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=element("section","scl-timeline",{"aria-label":"Timeline"},element("div","scl-tl-line",{},this.shown,zoomOut,zoomIn,this.fit),this.area,this.axis),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=element("div","scl-tl-said",{role:"status","aria-live":"polite"});names=element("div","scl-tl-names",{"aria-hidden":"true"});canvas=element("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=element("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}draw(isShown){if(this.node.hidden===isShown&&(this.node.hidden=!isShown,this.isStale=!0),!isShown)return;let now=performance.now(),isMoving=this.store.counts.running+this.store.counts.cancelling>0,isNew=this.store.revision!==this.drawnOf||isMoving;if(!this.isStale&&!(isNew&&now-this.drawnAt>=DRAW_INTERVAL_MS))return;let{lanes}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=now,this.drawNames(lanes),this.drawAxis(),this.drawBars(lanes),this.say(lanes),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(lanes){let names=lanes.map(lane=>clean(lane.worker===""?"(no worker named)":lane.worker)),more=this.timeline.workerCount-lanes.length;more>0&&names.push(`and ${count(more)} more`),this.names.childElementCount!==names.length&&this.names.replaceChildren(...names.map(()=>element("div","scl-tl-name")));for(let[n,node]of[...this.names.children].entries())node instanceof HTMLElement&&(setText(node,names[n]??""),setAttribute(node,"title",names[n]??""))}drawAxis(){let{from:from2,to}=this.timeline.range,{width}=this,ticks=this.timeline.ticks(Math.floor(width/PIXELS_A_TICK));this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${AXIS_HEIGHT}px`,this.axis.childElementCount!==ticks.length&&this.axis.replaceChildren(...ticks.map(()=>element("span","scl-tl-tick")));for(let[n,node]of[...this.axis.children].entries()){let tick=ticks[n];if(node instanceof HTMLElement&&tick!==void 0){let x=this.names.offsetWidth+(tick.at-from2)/(to-from2)*width;node.style.transform=`translateX(${Math.round(x)}px)`,setText(node,tick.since===0?"0":span(tick.since))}}}drawBars(lanes){let{canvas,width}=this,height=Math.max(1,lanes.length)*LANE_HEIGHT,sharpness=window.devicePixelRatio||1;canvas.style.width=`${width}px`,canvas.style.height=`${height}px`,canvas.width=Math.round(width*sharpness),canvas.height=Math.round(height*sharpness);let pen=canvas.getContext("2d");if(pen===null)return;pen.scale(sharpness,sharpness);let colours=palette(this.root,pen);pen.font=colours.font,pen.textBaseline="middle";for(let[n,lane]of lanes.entries()){let top=n*LANE_HEIGHT;pen.fillStyle=colours.line,pen.fillRect(0,top+LANE_HEIGHT-1,width,1);for(let bar of this.timeline.bars(lane,width))drawBar(pen,bar,top+1,colours,this.nameOf(bar))}this.drawCursor(pen,colours,width)}nameOf(bar){return bar.right-bar.left<ROOM_FOR_NAME?"":clean(this.store.get(bar.id)?.name??"")}drawCursor(pen,colours,width){let{cursor}=this;if(cursor===null)return;let{from:from2,to}=this.timeline.range,left=(cursor.start-from2)/(to-from2)*width,right=((cursor.end??this.store.now())-from2)/(to-from2)*width;pen.strokeStyle=colours.ink,pen.lineWidth=2;let top=this.cursorLane*LANE_HEIGHT+1;pen.strokeRect(left-1,top,Math.max(right-left,1)+2,BAR_HEIGHT+1)}say(lanes){let id=this.cursor?.id,row=id===void 0?void 0:this.store.get(id);if(row===void 0){let what=lanes.length===0?"No task has started yet.":`${count(this.timeline.workerCount)} ${this.timeline.workerCount===1?"worker":"workers"}`;setText(this.shown,what);return}let more=this.hidden(),rest=more>0?`  and ${tasks(more)} more here: zoom in`:"",took=elapsed(row,this.store.now());setText(this.shown,`${ICONS[row.status]} ${clean(row.name)}, ${row.status}, ${took}, ${clean(row.worker)}${rest}`)}hidden(){let lane=this.timeline.lanes[this.cursorLane],{cursor}=this;if(lane===void 0||cursor===null)return 0;let{from:from2,to}=this.timeline.range,x=(cursor.start-from2)/(to-from2)*this.width,bar=this.timeline.bars(lane,this.width).find(one=>one.left<=x&&x<one.right);return bar===void 0?0:bar.count-1}timeAt(x){let{from:from2,to}=this.timeline.range;return from2+x/this.width*(to-from2)}point(event){let box=this.canvas.getBoundingClientRect();return{x:event.clientX-box.left,y:event.clientY-box.top}}onMove=event=>{let{x,y}=this.point(event);if(this.dragFrom!==null&&event.buttons>0){let moved=x-this.dragFrom.x;(this.dragFrom.moved||Math.abs(moved)>NEAR_PIXELS)&&(this.timeline.pan(-moved/this.width),this.dragFrom={x,moved:!0},this.touch());return}let n=Math.floor(y/LANE_HEIGHT),lane=this.timeline.lanes[n],{from:from2,to}=this.timeline.range,within=NEAR_PIXELS*(to-from2)/this.width,found=lane===void 0?null:this.timeline.at(lane,this.timeAt(x),within);this.canvas.classList.toggle("scl-tl-hit",found!==null),found?.id!==this.cursor?.id&&(this.cursor=found,this.cursorLane=n,this.touch())};onDown=event=>{this.dragFrom={x:this.point(event).x,moved:!1},this.canvas.setPointerCapture(event.pointerId)};onUp=()=>{let wasDrag=this.dragFrom?.moved??!1;this.dragFrom=null,!wasDrag&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=event=>{let isSideways=Math.abs(event.deltaX)>Math.abs(event.deltaY)||event.shiftKey;if(isSideways&&this.timeline.isZoomed)this.timeline.pan((event.deltaX||event.deltaY)/this.width),this.touch();else if(!isSideways&&(event.ctrlKey||event.metaKey||this.hasFocus))this.zoom(event.deltaY<0?ZOOM:1/ZOOM,this.timeAt(this.point(event).x));else return;event.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(factor,at){this.timeline.zoom(factor,at),this.touch()}showAll(){this.timeline.fit(),this.touch()}onKey=event=>{event.ctrlKey||event.metaKey||event.altKey||!this.pressed(event.key)||(event.preventDefault(),event.stopPropagation())};pressed(key){let{from:from2,to}=this.timeline.range,at=this.cursor===null?(from2+to)/2:this.cursor.start;switch(key){case"+":case"=":return this.zoom(ZOOM,at),!0;case"-":return this.zoom(1/ZOOM,at),!0;case"0":return this.showAll(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(by){let lane=this.timeline.lanes[this.cursorLane],last=(lane?.spans.length??0)-1;if(lane!==void 0&&last>=0){let id=this.cursor?.id,from2=lane.spans.findIndex(one=>one.id===id),to=from2<0?by<0?0:last:from2+by;this.goTo(lane.spans[Math.min(Math.max(to,0),last)]??null)}return!0}changeLane(by){let{lanes}=this.timeline,lane=lanes[this.cursorLane+by];if(lane!==void 0){let time=this.cursor?.start??this.timeline.range.to;this.cursorLane+=by,this.goTo(this.timeline.at(lane,time,1/0))}return!0}goTo(span2){this.cursor=span2,span2!==null&&this.timeline.reveal(span2),this.touch()}};function drawBar(pen,bar,top,colours,name){let wide=bar.right-bar.left,gap=wide>3?1:0;pen.fillStyle=colours.fill[bar.status],pen.fillRect(bar.left,top,wide-gap,BAR_HEIGHT),bar.status==="failed"&&(pen.fillStyle=colours.ink,pen.fillRect(bar.left,top+BAR_HEIGHT,Math.max(wide-gap,2),2)),!(wide<ROOM_FOR_ICON)&&(pen.save(),pen.beginPath(),pen.rect(bar.left,top,wide-gap-2,BAR_HEIGHT),pen.clip(),pen.fillStyle=colours.text[bar.status],pen.fillText(`${icon(bar.status)} ${name}`,bar.left+3,top+BAR_HEIGHT/2+.5),pen.restore())}function icon(status2){return ICONS[status2]}var LOOKS="scaler_lab.looks",LISTS="scaler_lab.lists",MAX_LISTS=40,ViewState=class{constructor(storage,rowModel){this.storage=storage;this.rowModel=rowModel;this.looks=readLooks(recall(storage,LOOKS)),rowModel.listGroups(this.looks.groups)}looks;height="";scope="";saved="";shows(column){return this.looks.columns.includes(column)}toggleColumn(column){let{columns}=this.looks;this.looks.columns=this.shows(column)?columns.filter(one=>one!==column):[...columns,column],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(width){this.looks.nameWidth=width,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(height){this.looks.paneHeight=height,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(isShown){this.looks.timeline=isShown,this.saveLooks()}listGroups(wanted){this.rowModel.listGroups(wanted),this.looks.groups=wanted,this.saveLooks()}noteHeight(height){height!==""&&(this.height=height)}enter(scope){if(scope===this.scope)return"";this.scope=scope;let list=readLists(recall(this.storage,LISTS)).get(scope);return list===void 0?"":(this.height=list.height,this.rowModel.restore({key:list.sort,descending:list.descending},list.statuses,list.query),this.saved=JSON.stringify(this.list()),list.height)}save(){let list=this.list(),now=JSON.stringify(list);if(this.scope===""||now===this.saved)return;this.saved=now;let lists=readLists(recall(this.storage,LISTS));lists.delete(this.scope),lists.set(this.scope,list),remember(this.storage,LISTS,JSON.stringify([...lists].slice(-MAX_LISTS)))}list(){let{sort,filter,query}=this.rowModel;return{sort:sort.key,descending:sort.descending,statuses:[...filter],query,height:this.height}}saveLooks(){remember(this.storage,LOOKS,JSON.stringify(this.looks))}};function readLooks(text){let found=parsed(text),of=typeof found=="object"&&found!==null?found:{};return{columns:Array.isArray(of.columns)?OPTIONAL_COLUMNS.filter(column=>of.columns.includes(column)):["arguments"],nameWidth:typeof of.nameWidth=="number"?of.nameWidth:null,paneHeight:typeof of.paneHeight=="number"?of.paneHeight:null,timeline:of.timeline===!0,groups:of.groups!==!1}}function readLists(text){let found=parsed(text),lists=new Map;for(let pair of Array.isArray(found)?found:[]){let[scope,value]=Array.isArray(pair)?pair:[];typeof scope=="string"&&typeof value=="object"&&value!==null&&lists.set(scope,readList2(value))}return lists}function readList2(of){return{sort:SORT_KEYS.find(key=>key===of.sort)??"state",descending:of.descending===!0,statuses:Array.isArray(of.statuses)?STATUSES.filter(status2=>of.statuses.includes(status2)):[],query:typeof of.query=="string"?of.query:"",height:typeof of.height=="string"?of.height:""}}function parsed(text){try{return JSON.parse(text)}catch{return null}}var TICK_MS=500,NOTICE_SECONDS=6,REDRAW_INTERVAL_MS=100,READING_SECONDS=120,MAKES_SENSE={cancel:isStoppable,kill:status2=>status2==="running"||status2==="cancelling",retry:isRetriable};function mountTable(root,store,actions){let storage=pageStorage(),folding=new Folding(()=>store.engine?.engineId??"",storage),rowModel=new RowModel(store,folding),view=new ViewState(storage,rowModel),detailsAreOpen=!1,frame=0,again=0,noticeUntil=0,shown="",onUndo=null,schedule=()=>{frame===0&&(frame=requestAnimationFrame(()=>{frame=0,draw()}))},notice=(text,undo2)=>{shown=text,onUndo=undo2??null;let seconds=undo2===void 0?NOTICE_SECONDS:UNDO_SECONDS;noticeUntil=Date.now()+seconds*1e3,schedule()},confirmation=new Confirmation(()=>{grid.node.focus()}),help=new Help(()=>{grid.node.focus()}),commands=new TaskCommands(store,rowModel,actions,{changed:schedule,notice,ask:(text,verb,proceed)=>{confirmation.ask(clean(text),verb,proceed)}}),glimpses=new Glimpses(actions,schedule),toolbar=new Toolbar(store,rowModel,view,commands,{changed:schedule,notice,help:()=>{help.open()}}),timeline=new TimelineView(root,store,{changed:schedule,select:id=>{let group=store.groupOf(id);group!==null&&rowModel.groupsAreListed&&rowModel.fold(group.id,!1),rowModel.selectOnly(id),rowModel.indexOf(id)<0&&notice("What is searched for or filtered hides this task's row"),grid.draw(),grid.reveal(),schedule()}}),grid=new Grid(store,rowModel,commands.pending,glimpses,view,{changed:schedule,stop:(ids,force)=>{commands.stop(ids,force)},stopQueued:()=>{commands.stopQueued()},retry:ids=>{commands.retry(ids)},search:()=>{toolbar.focusSearch()},help:()=>{help.open()},toggleDetails:id=>{detailsAreOpen=!(detailsAreOpen&&rowModel.active===id&&shownInPane===id),rowModel.active=id,schedule()}}),shownInPane=null,pane=new DetailsPane(actions,()=>{detailsAreOpen=!1,schedule(),grid.node.focus()}),announcer=new Announcer,footText=element("span"),undo=button("scl-undo","Undo",()=>{let act=onUndo;noticeUntil=0,onUndo=null,schedule(),act?.()}),foot=element("div","scl-foot",{},footText,undo),frameNode=element("div","scl-frame",{},grid.node,grid.emptyNote,toolbar.selection,help.node),draw=()=>{let height=view.enter(scopeOf(store));height!==""&&(grid.node.style.height=height),toolbar.draw(),timeline.draw(view.timeline),grid.draw();let isEmpty=rowModel.ids.length===0;showEmpty(grid,isEmpty?whyEmpty(store,rowModel):""),root.classList.toggle("scl-is-empty",isEmpty);let active=rowModel.active===null?void 0:store.get(rowModel.active),wasShown=shownInPane;shownInPane=detailsAreOpen&&active!==void 0?active.id:null,pane.draw(detailsAreOpen?active??null:null),wasShown===null&&shownInPane!==null&&keepInSight(),announcer.draw(store.counts),view.save(),setText(footText,footnote()),foot.hidden=footText.textContent==="",undo.hidden=onUndo===null||Date.now()>=noticeUntil,root.dataset.phase=store.phase,(rowModel.isBehind||timeline.isBehind)&&(window.clearTimeout(again),again=window.setTimeout(schedule,REDRAW_INTERVAL_MS))},keepInSight=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{grid.reveal()})})},footnote=()=>Date.now()<noticeUntil&&shown!==""?clean(shown):store.phase==="ended"?clean(store.endReason):"",meantFor=command=>store.phase==="ended"||command==="kill"&&store.engine?.canStopRunning!==!0?[]:rowModel.meant.filter(({status:status2})=>MAKES_SENSE[command](status2)).map(({id})=>id),can=command=>command==="details"?rowModel.active!==null&&store.get(rowModel.active)!==void 0:meantFor(command).length>0,perform=command=>{command==="details"?(detailsAreOpen=can(command),schedule()):command==="retry"?commands.retry(meantFor(command)):commands.stop(meantFor(command),command==="kill")};root.classList.add("scl"),root.tabIndex=-1,root.replaceChildren(toolbar.node,timeline.node,frameNode,confirmation.node,pane.node,foot,announcer.node);let unfollow=followTheme(root),unsubscribe=store.subscribe(schedule),keptAliveAt=0,tick=window.setInterval(()=>{isLookedAt(root)&&Date.now()<keptAliveAt+READING_SECONDS*1e3&&actions.keepAlive?.(),(store.counts.running+store.counts.cancelling>0||Date.now()<noticeUntil+TICK_MS)&&schedule()},TICK_MS),keepAlive=()=>{keptAliveAt=Date.now(),actions.keepAlive?.()};return root.addEventListener("pointermove",keepAlive,{passive:!0}),root.addEventListener("keydown",keepAlive),root.addEventListener("keydown",keepKeys),draw(),{rowModel,can,perform,notice,draw,dispose:()=>{cancelAnimationFrame(frame),window.clearInterval(tick),window.clearTimeout(again),unsubscribe(),unfollow(),grid.dispose(),glimpses.dispose(),timeline.dispose(),pane.dispose(),root.removeEventListener("pointermove",keepAlive),root.removeEventListener("keydown",keepAlive),root.removeEventListener("keydown",keepKeys),root.replaceChildren()}}}function scopeOf({engine}){return engine===null?"":`${engine.engineId} ${engine.label}`}function isLookedAt(root){return root.matches(":hover")||document.hasFocus()&&holdsFocus(root)}function keepKeys(event){!event.ctrlKey&&!event.metaKey&&!event.altKey&&event.stopPropagation()}function whyEmpty(store,rowModel){if(rowModel.isFiltered&&store.size>0)return"No task matches.";switch(store.phase){case"connecting":return"Waiting for the kernel …";case"live":return store.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var RATE_WINDOW_SECONDS=5,RATE_NEEDS_SECONDS=.5,TaskStore=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=noCounts();told=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";revision=0;constructor(options){this.resync=options.resync,this.clock=options.clock??(()=>Date.now()/1e3)}subscribe(listener){return this.listeners.add(listener),()=>{this.listeners.delete(listener)}}get rows(){if(this.orderIsStale){let rows=[];for(let{row}of this.byId.values())rows.push(row);this.order=inOrder(rows),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts}=this;return STATUSES.reduce((sum,status2)=>sum+counts[status2],0)}get counts(){return this.told??this.tally}get settled(){let{succeeded,failed,cancelled}=this.counts;return succeeded+failed+cancelled}get(id){return this.byId.get(id)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let group of this.byGroup.values())return this.byGroup.size===1?group:null;return null}group(id){return this.byGroup.get(id)}groupOf(taskId){return this.byId.get(taskId)?.group??null}get ungrouped(){let rows=[];for(let{row}of this.alone)rows.push(row);return inOrder(rows)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let now=this.clock(),samples=this.samples;for(;samples.length>2&&(samples[1]?.at??now)<=now-RATE_WINDOW_SECONDS;)samples.shift();let first=samples[0];return first===void 0||this.settled===this.size||now-first.at<RATE_NEEDS_SECONDS?null:(this.settled-first.settled)/(now-first.at)}apply(message,engineNow){if(engineNow!==void 0){let ahead=engineNow-this.clock();this.clockAhead=this.clockAhead===null?ahead:Math.max(this.clockAhead,ahead)}switch(message.kind){case"welcome":this.engine=message,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.told=message.counts,(this.version<0||message.counts===null)&&(this.samples=[]),this.applySnapshot(message.version,message.part,message.parts,message.rows);break;case"changes":if(this.version<0||message.since!==this.version){message.version>this.version&&this.askForSnapshot();return}this.told=message.counts;for(let id of message.forgotten)this.forget(id);for(let row of message.rows)this.put(row);this.version=message.version;break;case"closed":this.end(message.reason,"engine ended");return;case"response":case"details":return}this.sample(),this.notify()}end(reason,words){this.phase="ended",this.endReason=reason;let at=this.now();for(let{row}of[...this.byId.values()])isDone(row.status)||this.put(lost(row,words,at));if(this.told!==null){let{cancelling,...told}=this.told;this.told={...noCounts(),succeeded:told.succeeded,failed:told.failed+stoppableOf(this.told),cancelled:told.cancelled+cancelling}}this.sample(),this.notify()}overtake(rows){let changed=!1;for(let row of rows){let here=this.byId.get(row.id)?.row;here===void 0||!isFurther(row,here)||(this.put({...row,number:here.number,version:here.version,cell:here.cell}),this.told!==null&&row.status!==here.status&&(this.told={...this.told,[here.status]:this.told[here.status]-1,[row.status]:this.told[row.status]+1}),changed=!0)}changed&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.askForSnapshot()}applySnapshot(version,part,parts,rows){part===0&&(this.staged=[],this.stagedVersion=version,this.fillsEmpty=this.byId.size===0);let staged=this.staged;if(staged===null||version!==this.stagedVersion){this.staged=null,this.pending=!1,this.askForSnapshot();return}let isLast=part===parts-1;for(let row of rows)staged.push(row);if(this.fillsEmpty)for(let row of rows)this.put(row);else isLast&&this.replace(staged);isLast&&(this.staged=null,this.pending=!1,this.version=version,this.phase="live")}replace(rows){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=noCounts();for(let row of rows)this.add(row)}put(row){let entry=this.byId.get(row.id);if(entry===void 0){this.add(row);return}let before=entry.row;entry.row=row,entry.group?.change(before,row),this.tally[before.status]-=1,this.tally[row.status]+=1,this.orderIsStale=!0}add(row){let groupId=groupIdOf(row),group=null;groupId!==null&&(group=this.byGroup.get(groupId)??new Group(groupId,row),this.byGroup.set(groupId,group));let entry={row,group};this.byId.set(row.id,entry),group===null?this.alone.add(entry):group.add(entry),this.tally[row.status]+=1,this.orderIsStale=!0}forget(id){let entry=this.byId.get(id);if(entry===void 0)return;isDone(entry.row.status)||(this.tally[entry.row.status]-=1),this.byId.delete(id),this.alone.delete(entry);let{group}=entry;group!==null&&(group.remove(entry),group.isEmpty&&this.byGroup.delete(group.id)),this.orderIsStale=!0}sample(){let now=this.clock(),last=this.samples.at(-1);this.settled===this.size?this.samples=[{at:now,settled:this.settled}]:(last===void 0||now-last.at>=.1)&&this.samples.push({at:now,settled:this.settled})}askForSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1;for(let listener of[...this.listeners])listener()}};function isFurther(row,here){if(isDone(here.status))return!1;if(row.attempt!==here.attempt)return row.attempt>here.attempt;let steps=stepOf(row.status)-stepOf(here.status);return steps>0||steps===0&&row.outputBytes>here.outputBytes}function stepOf(status2){return isToCome(status2)?status2==="retrying"?3:0:status2==="running"?1:status2==="cancelling"?2:4}function lost(row,words,at){return row.status==="cancelling"?{...row,status:"cancelled",cancelResolution:"lost",detail:words,endedAt:at}:{...row,status:"failed",error:words,detail:"",endedAt:at}}var KEY2=Symbol.for("scaler_lab.serverTasks");function provideServerTasks(tasks3){globalThis[KEY2]=tasks3}var import_ui_components=require("@jupyterlab/ui-components"),SVG=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,tasksIcon=new import_ui_components.LabIcon({name:"scaler-lab:tasks",svgstr:SVG});var import_widgets=require("@lumino/widgets");function count2(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function inShort({running:running3,cancelling,queued,waiting,retrying,failed}){let parts=[];return running3>0&&parts.push(`${count2(running3)} running`),cancelling>0&&parts.push(`${count2(cancelling)} cancelling`),queued>0&&parts.push(`${count2(queued)} queued`),waiting>0&&parts.push(`${count2(waiting)} waiting`),retrying>0&&parts.push(`${count2(retrying)} retrying`),failed>0&&parts.push(`${count2(failed)} failed`),parts.join(", ")}function inIcons(counts){if(counts===null)return"";let all=["failed","running","cancelling","queued","waiting"].filter(status2=>counts[status2]>0).map(status2=>`${ICONS[status2]} ${count2(counts[status2])}`),done=counts.succeeded+counts.cancelled;return all.length===0&&done>0&&all.push(`${ICONS.succeeded} ${count2(done)}`),all.join("  ")}function formatEngine(counts,trouble=""){if(trouble!=="")return"can't be read";if(counts===null)return"…";let shown=inShort(counts);if(shown!=="")return shown;let done=counts.succeeded+counts.cancelled;return done===0?"no tasks yet":`${count2(done)} done`}var UNSEEN2=/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;function clean2(text){return text.replace(UNSEEN2,"�")}var ProgramHeading=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(events){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{events.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown}=this;shown!==null&&(shown.hasEnded?events.dismiss:events.cancel)(shown.id)}),this.node.append(this.open,this.act)}draw(heading){this.shown=heading;let{id,title,text,short,hint,counts,isOpen,hasEnded}=heading;this.open.dataset.host=id,this.open.setAttribute("aria-expanded",String(isOpen)),this.open.title=hint,this.node.classList.toggle("scl-has-ended",hasEnded),write(this.title,title),write(this.text,text),write(this.short,short);let n=counts===null?0:counts.running+counts.queued+counts.waiting;this.act.hidden=hasEnded?id==="":n===0,this.act.dataset.do=hasEnded?"dismiss":"stop";let label=hasEnded?`Dismiss ${title}`:`Cancel the open tasks of ${title}`;this.act.setAttribute("aria-label",label),this.act.title=label}};function write(node,text){node.textContent!==text&&(node.textContent=text)}var KIND_WORDS={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},NOTHING_RUNS="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",ALL="",TasksPanel=class extends import_widgets.Widget{constructor(model,events){super();this.model=model;this.events=events;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=tasksIcon,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let cell2=this.activeRow?.cell??"";cell2!==""&&events.goToCell(cell2)}),this.node.append(this.note,this.list,this.jump);for(let kind of["click","keyup"])this.tableRoot.addEventListener(kind,()=>{this.drawJump()});this.unsubscribe=model.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(engineId){this.chosen=engineId,this.draw()}can(command){return this.table?.can(command)??!1}perform(command){this.table?.perform(command),this.drawJump()}showTask(taskId){let store=this.model.store(this.open??null),isShown=()=>this.table===null||store.get(taskId)===void 0?!1:(this.table.rowModel.selectOnly(taskId),this.table.perform("details"),!0);if(!isShown()){let unsubscribe=store.subscribe(()=>{isShown()&&unsubscribe()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines}=this.model,[only]=engines;if(this.chosen===null&&engines.length===1)return only?.id;if(!(this.chosen===null&&engines.length===0))return this.chosen}mount(){let{open}=this;if(!this.isVisible||open===void 0){this.unmount();return}if(this.table!==null&&this.mounted===open)return;this.table?.dispose(),this.mounted=open,this.model.watch(open===null?"all":{only:open});let{model}=this;this.table=mountTable(this.tableRoot,model.store(open),model.actions(open))}unmount(){this.table!==null&&(this.table.dispose(),this.table=null,this.model.watch("none"))}draw(){let{chosen}=this,successor=typeof chosen=="string"?this.model.successor(chosen):void 0;if(successor!==void 0){this.choose(successor.id);return}let{engines,connection,trouble}=this.model,isEmpty=engines.length===0;this.note.textContent=connection==="lost"?trouble:connection==="connecting"?"Connecting …":isEmpty?NOTHING_RUNS:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawJump()}get activeRow(){let active=this.table?.rowModel.active??null,{mounted}=this;return active===null||mounted===void 0?void 0:this.model.store(mounted).get(active)}drawJump(){let row=this.activeRow;this.jump.hidden=row===void 0||row.cell==="";let text=row===void 0?"":`Go to the cell that submitted ${clean2(row.name)}`;this.jump.textContent!==text&&(this.jump.textContent=text)}drawHeadings(){let wanted=this.wantedHeadings(),nodes=[];for(let heading of wanted){let view=this.headings.get(heading.id)??this.makeHeading(heading.id);view.draw(heading),nodes.push(view.node),heading.isOpen&&nodes.push(this.tableRoot)}let ids=new Set(wanted.map(({id})=>id));for(let id of this.headings.keys())ids.has(id)||this.headings.delete(id);let now=[...this.list.children];(now.length!==nodes.length||now.some((node,n)=>node!==nodes[n]))&&this.list.replaceChildren(...nodes)}wantedHeadings(){let{engines,ended,totals}=this.model,{open}=this,wanted=[];engines.length>1&&wanted.push({id:ALL,title:"All",text:formatEngine(totals),short:inIcons(totals),hint:"The tasks of all programs",counts:totals,isOpen:open===null,hasEnded:!1});for(let engine of engines)wanted.push({id:engine.id,title:clean2(engine.title),text:formatEngine(engine.counts,engine.trouble),short:engine.trouble===""?inIcons(engine.counts):"can't be read",hint:hintOf(engine),counts:engine.counts,isOpen:open===engine.id,hasEnded:!1});for(let engine of ended){let failed=engine.counts?.failed??0,text=failed===0?"ended":`ended, ${count2(failed)} failed`;wanted.push({id:engine.id,title:clean2(engine.title),text,short:text,hint:`${hintOf(engine)}
ended`,counts:engine.counts,isOpen:open===engine.id,hasEnded:!0})}return wanted}makeHeading(id){let heading=new ProgramHeading({toggle:engineId=>{let choice=engineId===ALL?null:engineId;this.chosen=this.open===choice?void 0:choice,this.draw()},cancel:engineId=>{this.events.cancelAll(engineId===ALL?null:engineId)},dismiss:engineId=>{this.chosen===engineId&&(this.chosen=null),this.model.dismiss(engineId)}});return this.headings.set(id,heading),heading}};function hintOf(engine){let workers=engine.workers===1?", 1 worker":`, ${engine.workers} workers`,engineName=`engine ${engine.name}${engine.workers===0?"":workers}`,trouble=engine.trouble===""?"":`
${clean2(engine.trouble)}`;return`${KIND_WORDS[engine.kind]}: ${clean2(engine.title)}
${clean2(engineName)}, pid ${engine.pid}${trouble}`}var table_default=`/*
 * The table's looks.  Sizes, fonts and grounds are Jupyter's variables with fallbacks for pages that
 * have none; the six states have colours of their own, at least 4.5:1 on either ground, so that they
 * mean the same in every theme.  Nothing is told by colour alone.
 */

.scl {
  --scl-ground: var(--jp-layout-color0, #fff);
  --scl-raised: var(--jp-layout-color1, #fff);
  --scl-hover: color-mix(in srgb, var(--scl-ink) 5%, var(--scl-raised));
  --scl-chosen: color-mix(in srgb, var(--scl-accent) 12%, var(--scl-raised));
  --scl-ink: var(--jp-content-font-color0, #1b1f24);
  --scl-quiet: color-mix(in srgb, var(--scl-ink) 68%, var(--scl-raised));
  --scl-line: color-mix(in srgb, var(--scl-ink) 13%, var(--scl-raised));
  --scl-accent: #0b62c4;
  --scl-radius: 6px;

  --scl-cancelling: #8a5a00;
  --scl-running: #0b62c4;
  --scl-queued: #5d6673;
  --scl-waiting: #5d6673;
  --scl-retrying: #8a5a00;
  --scl-failed: #c0272d;
  --scl-cancelled: #8138a8;
  --scl-succeeded: #1a7437;

  box-sizing: border-box;
  container-type: inline-size;
  display: flex;
  flex-direction: column;
  margin: 2px 0;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  color: var(--scl-ink);
  font-family: var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif);
  font-size: var(--jp-ui-font-size1, 13px);
  font-variant-numeric: tabular-nums;
  line-height: 1.4;
  overflow: hidden;
}

.scl[data-theme="dark"] {
  --scl-ground: var(--jp-layout-color0, #111);
  --scl-raised: var(--jp-layout-color1, #1c1e21);
  --scl-ink: var(--jp-content-font-color0, #f0f2f5);
  --scl-accent: #6cb2ff;

  --scl-cancelling: #f0b440;
  --scl-running: #6cb2ff;
  --scl-queued: #a7b0bc;
  --scl-waiting: #a7b0bc;
  --scl-retrying: #f0b440;
  --scl-failed: #ff8a85;
  --scl-cancelled: #d49af5;
  --scl-succeeded: #66cf85;
}

.scl *,
.scl *::before {
  box-sizing: border-box;
}

.scl [hidden] {
  display: none !important;
}

.scl-unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.scl [data-status="cancelling"] {
  --scl-state: var(--scl-cancelling);
}

.scl [data-status="running"] {
  --scl-state: var(--scl-running);
}

.scl [data-status="queued"] {
  --scl-state: var(--scl-queued);
}

.scl [data-status="retrying"] {
  --scl-state: var(--scl-retrying);
}

.scl [data-status="waiting"] {
  --scl-state: var(--scl-waiting);
}

.scl [data-status="failed"] {
  --scl-state: var(--scl-failed);
}

.scl [data-status="cancelled"] {
  --scl-state: var(--scl-cancelled);
}

.scl [data-status="succeeded"] {
  --scl-state: var(--scl-succeeded);
}

/* -- buttons and icons ----------------------------------------------------------------------- */

.scl button {
  margin: 0;
  font: inherit;
  color: inherit;
  cursor: pointer;
}

.scl .scl-button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  height: 24px;
  padding: 0 8px;
  border: 1px solid var(--scl-line);
  border-radius: 4px;
  background: var(--scl-raised);
  line-height: 1;
  white-space: nowrap;
}

.scl .scl-button:hover:enabled {
  border-color: var(--scl-quiet);
  background: var(--scl-hover);
}

.scl button:disabled,
.scl button[aria-disabled="true"] {
  color: var(--scl-quiet);
  cursor: default;
}

.scl .scl-act {
  position: relative;
  flex: none;
  width: 24px;
  height: 24px;
  padding: 0;
  border: 0;
  border-radius: 4px;
  background: none;
  color: var(--scl-quiet);
}

.scl .scl-act:hover:enabled,
.scl .scl-act[aria-expanded="true"] {
  background: color-mix(in srgb, var(--scl-ink) 10%, transparent);
  color: var(--scl-ink);
}

.scl-act::before {
  content: "";
  position: absolute;
  inset: 4px;
  background: currentcolor;
  mask: var(--scl-mask) center / contain no-repeat;
}

.scl-act:disabled::before {
  opacity: 0.35;
}

.scl-act[data-do="stop"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4.2 2.8 8 6.6l3.8-3.8 1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2z'/%3E%3C/svg%3E");
}

.scl-act[data-do="kill"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill-rule='evenodd' d='M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zm.4 3.4L4.2 5.4 6.8 8l-2.6 2.6 1.2 1.2L8 9.2l2.6 2.6 1.2-1.2L9.2 8l2.6-2.6-1.2-1.2L8 6.8z'/%3E%3C/svg%3E");
}

.scl-act[data-do="retry"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1v2.2a5.3 5.3 0 1 0 5.3 5.3h-1.7A3.6 3.6 0 1 1 8 4.9v2.3l4-3.1z'/%3E%3C/svg%3E");
}

.scl-act[data-do="details"] {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='m6 2.8 5.2 5.2L6 13.2l-1.2-1.2 4-4-4-4z'/%3E%3C/svg%3E");
}

.scl-dots {
  --scl-mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='3' cy='8' r='1.5'/%3E%3Ccircle cx='8' cy='8' r='1.5'/%3E%3Ccircle cx='13' cy='8' r='1.5'/%3E%3C/svg%3E");
}

.scl .scl-act[data-do="kill"],
.scl .scl-act[data-do="kill"]:hover:enabled {
  color: var(--scl-failed);
}

.scl :focus-visible {
  outline: 2px solid var(--jp-focus-outline-color, var(--scl-accent));
  outline-offset: 1px;
}

.scl .scl-act:focus-visible {
  outline-offset: -2px;
}

.scl:focus {
  outline: none; /* it takes keys, not a place of its own */
}

/* -- the head ------------------------------------------------------------------------------- */

.scl-head {
  display: flex;
  flex-direction: column;
  gap: 4px;
  padding: 6px 8px 6px 12px;
}

.scl-line {
  display: flex;
  align-items: center;
  gap: 4px 12px;
  min-height: 26px;
}

.scl-title {
  flex: 0 1 auto;
  min-width: 3em;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-headline {
  flex: none;
  color: var(--scl-quiet);
  white-space: nowrap;
}

.scl-bar {
  display: flex;
  gap: 1px;
  height: 6px;
  border-radius: 3px;
  background: var(--scl-line);
  overflow: hidden;
}

.scl-line .scl-bar {
  flex: 1 1 80px;
  min-width: 40px;
}

.scl-segment {
  flex: 0 1 0;
  background: var(--scl-state);
}

.scl-segment[data-status="queued"],
.scl-segment[data-status="waiting"],
.scl-segment[data-status="retrying"] {
  background: transparent;
}

.scl-segment[data-status="cancelled"] {
  background: repeating-linear-gradient(
    -45deg,
    var(--scl-state) 0 3px,
    color-mix(in srgb, var(--scl-state) 55%, var(--scl-raised)) 3px 6px
  );
}

.scl-search {
  flex: 0 1 170px;
  min-width: 60px;
  height: 24px;
  padding: 0 8px;
  border: 1px solid var(--scl-line);
  border-radius: 4px;
  background: var(--scl-ground);
  color: inherit;
  font: inherit;
}

.scl-search::placeholder {
  color: var(--scl-quiet);
  opacity: 1;
}

.scl-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  min-height: 24px;
}

.scl-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 0 2px;
  margin-inline-start: -7px; /* so that the icons stand under the title */
}

.scl .scl-chip {
  display: inline-flex;
  align-items: baseline;
  gap: 4px;
  min-height: 24px;
  padding: 1px 6px;
  border: 1px solid transparent;
  border-radius: 4px;
  background: transparent;
}

.scl-chip .scl-icon {
  color: var(--scl-state);
}

.scl-chip .scl-n {
  min-width: 1.2em; /* one digit more moves nothing */
  text-align: end;
}

.scl-menu-frame {
  display: flex;
  flex: none;
}

.scl .scl-chip:hover {
  background: var(--scl-hover);
}

.scl .scl-chip[aria-pressed="true"] {
  border-color: var(--scl-state);
  background: color-mix(in srgb, var(--scl-state) 15%, var(--scl-raised));
}

.scl .scl-chip.scl-none {
  color: var(--scl-quiet);
}

.scl-chip.scl-none .scl-icon {
  color: inherit;
}

.scl-selection {
  position: absolute;
  inset: auto 18px 6px auto;
  z-index: 1;
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 4px 4px 4px 10px;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  box-shadow: 0 2px 8px rgb(0 0 0 / 20%);
}

/* -- the menu ------------------------------------------------------------------------------- */

.scl .scl-menu {
  position: fixed;
  inset: auto;
  margin: 0;
  padding: 4px 0;
  min-width: 190px;
  max-height: 90vh;
  border: 1px solid var(--scl-line);
  border-radius: var(--scl-radius);
  background: var(--scl-raised);
  color: var(--scl-ink);
  box-shadow: 0 3px 12px rgb(0 0 0 / 25%);
  overflow: auto;
}

.scl-menu-section + .scl-menu-section {
  margin-top: 4px;
  padding-top: 4px;
  border-top: 1px solid var(--scl-line);
}

.scl .scl-menu-item {
  display: block;
  width: 100%;
  min-height: 26px;
  padding: 2px 14px 2px 28px;
  border: 0;
  background: none;
  text-align: start;
  white-space: nowrap;
}

.scl .scl-menu-item:hover:enabled,
.scl .scl-menu-item:focus-visible {
  background: var(--scl-chosen);
  outline: none;
}

.scl-menu-item[aria-checked="true"]::before {
  content: "✓";
  position: absolute;
  margin-inline-start: -17px;
}

.scl .scl-danger:enabled {
  color: var(--scl-failed);
}

/* -- the rows ------------------------------------------------------------------------------- */

.scl-frame {
  position: relative;
  border-top: 1px solid var(--scl-line);
}

.scl-grid {
  position: relative;
  height: var(--scl-rows-high, 120px);
  min-height: 58px;
  overflow: hidden auto;
  overscroll-behavior: auto;
  resize: vertical;
  contain: strict;
}

.scl-grid:focus-visible {
  outline-offset: -2px;
}

.scl-headgroup {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--scl-raised);
}

.scl-body {
  position: relative;
}

.scl-row {
  display: grid;
  grid-template-columns:
    14px 16px var(--scl-number,) minmax(48px, var(--scl-names, 20em)) var(--scl-worker,)
    minmax(max(80px, 30%), 1fr) 58px 50px;
  align-items: center;
  column-gap: 8px;
  height: 28px;
  padding: 0 10px 0 4px; /* the corner that resizes is not over a button */
}

.scl-has-number .scl-row {
  --scl-number: 40px;
}

.scl-has-worker .scl-row {
  --scl-worker: minmax(60px, 8em);
}

.scl-grid:not(.scl-has-number) .scl-c-number,
.scl-grid:not(.scl-has-worker) .scl-c-worker,
.scl-grid:not(.scl-has-arguments) .scl-row:not(.scl-group) .scl-extra {
  display: none;
}

.scl-body .scl-row {
  position: absolute;
  inset: 0 0 auto;
  background: var(--scl-raised);
  cursor: default;
}

.scl-body .scl-row::after {
  content: "";
  position: absolute;
  inset: auto 0 0;
  border-bottom: 1px solid color-mix(in srgb, var(--scl-ink) 6%, var(--scl-raised));
}

.scl-body .scl-row:hover {
  background: var(--scl-hover);
}

.scl-body .scl-row[aria-selected="true"] {
  background: var(--scl-chosen);
}

.scl-grid:focus .scl-row.scl-active,
.scl-body .scl-row.scl-active[aria-selected="true"] {
  box-shadow: inset 3px 0 0 var(--scl-accent);
}

.scl-cell {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-header {
  height: 26px;
  border-bottom: 1px solid var(--scl-line);
  color: var(--scl-quiet);
}

.scl-header .scl-cell {
  position: relative;
  overflow: visible;
}

.scl .scl-sort {
  display: inline-flex;
  gap: 4px;
  min-width: 16px;
  min-height: 24px;
  align-items: center;
  padding: 0;
  border: 0;
  background: none;
}

.scl-cell[aria-sort="ascending"] .scl-sort::after {
  content: "↑";
}

.scl-cell[aria-sort="descending"] .scl-sort::after {
  content: "↓";
}

.scl-c-state[aria-sort="none"] .scl-sort::after {
  content: "↕";
}

.scl-cell[aria-sort="ascending"] .scl-sort,
.scl-cell[aria-sort="descending"] .scl-sort {
  color: var(--scl-ink);
}

.scl-resizer {
  position: absolute;
  inset: 3px -6px 3px auto;
  width: 5px;
  border-inline-end: 1px solid var(--scl-line);
  cursor: col-resize;
  touch-action: none;
}

.scl-resizer:hover {
  border-color: var(--scl-accent);
}

.scl-body .scl-c-state {
  color: var(--scl-state);
  text-align: center;
}

.scl-c-number,
.scl-c-time {
  text-align: end;
}

.scl-c-number,
.scl-body .scl-c-time {
  color: var(--scl-quiet);
}

.scl-body .scl-c-name {
  display: flex;
  align-items: baseline;
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.95em;
}

/* The name gives way last, and never its end, which tells tasks of one function apart. */

.scl-name {
  display: flex;
  flex: 0 1 auto;
  min-width: 0;
}

.scl-stem {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: pre;
}

.scl-tail {
  flex: none;
  white-space: pre;
}

.scl-extra {
  flex: 0 99999 auto;
  min-width: 0;
  color: var(--scl-quiet);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-extra:not(:empty) {
  margin-inline-start: 1.2em;
}

.scl-c-worker,
.scl-c-now {
  color: var(--scl-quiet);
}

.scl-c-now {
  display: flex;
  align-items: center;
  gap: 8px;
}

.scl-c-now .scl-bar {
  flex: 0 1 72px;
  min-width: 24px;
}

.scl-progress {
  flex: 0 1 72px;
  min-width: 24px;
  height: 6px;
  border-radius: 3px;
  background: var(--scl-line);
  overflow: hidden;
}

.scl-filled {
  display: block;
  height: 100%;
  background: var(--scl-state);
}

.scl-word {
  flex: none;
  color: var(--scl-state);
  font-weight: 600;
}

.scl-text {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}

.scl-row[data-status="failed"]:not(.scl-group) .scl-text {
  color: var(--scl-failed);
}

.scl-c-doing {
  display: flex;
  justify-content: flex-end;
  gap: 1px;
  overflow: visible;
}

/* Icons come with the pointer, the keys or a selection; a kill that is due stays in sight. */

@media (hover: hover) {
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
    .scl-act:not([data-do="kill"]) {
    opacity: 0;
  }
}

.scl-tick {
  display: block;
  width: 13px;
  height: 13px;
  margin: 0 auto;
  border: 1px solid var(--scl-quiet);
  border-radius: 3px;
  opacity: 0;
}

.scl-row:hover .scl-tick,
.scl-row[aria-selected="true"] .scl-tick {
  opacity: 1;
}

.scl-row[aria-selected="true"] .scl-tick {
  border-color: var(--scl-accent);
  background: var(--scl-accent);
  box-shadow: inset 0 0 0 2.5px var(--scl-raised);
}

.scl-c-doing .scl-hidden {
  visibility: hidden;
}

.scl-empty {
  padding: 18px 12px;
  color: var(--scl-quiet);
  text-align: center;
}

.scl-is-empty .scl-grid {
  height: 0;
  min-height: 0;
  resize: none;
}

/* -- two lines for each row, if there is no room for one ---------------------------------------- */

.scl-grid[data-room="narrow"] .scl-headgroup {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-row {
  grid-template:
    "state name time doing" 20px
    ". now now doing" 18px / 16px minmax(0, 1fr) auto auto;
  align-content: center;
  column-gap: 7px;
  height: 44px;
  padding: 0 10px 0 9px;
}

.scl-grid[data-room="narrow"] .scl-c-state {
  grid-area: state;
}

.scl-grid[data-room="narrow"] .scl-c-name {
  grid-area: name;
}

.scl-grid[data-room="narrow"] .scl-c-now {
  grid-area: now;
  font-size: 0.93em;
}

.scl-grid[data-room="narrow"] .scl-c-time {
  grid-area: time;
}

.scl-grid[data-room="narrow"] :is(.scl-c-check, .scl-c-number, .scl-c-worker) {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-c-doing {
  grid-area: doing;
}

.scl-grid[data-room="narrow"]
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
  .scl-c-doing:not(:has([data-do="kill"])),
.scl-grid[data-room="narrow"]
  .scl-row:not(:hover, :focus-within, .scl-active, [aria-selected="true"])
  .scl-more {
  display: none;
}

.scl-grid[data-room="narrow"] .scl-c-doing .scl-hidden {
  display: none;
}

/* -- the timeline --------------------------------------------------------------------------- */

.scl-timeline {
  padding: 0 12px 6px;
}

.scl-tl-line {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 4px 0;
  border-top: 1px solid var(--scl-line);
}

.scl-tl-said {
  flex: 1 1 0;
  min-width: 0;
  overflow: hidden;
  color: var(--scl-quiet);
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl .scl-tl-zoom {
  min-width: 24px;
  padding: 0 6px;
}

.scl-tl-area {
  display: grid;
  grid-template-columns: max-content 1fr;
  max-height: 164px;
  overflow: hidden auto;
}

.scl-tl-names {
  max-width: 150px;
  padding-inline-end: 8px;
  color: var(--scl-quiet);
}

.scl-tl-name {
  height: 18px;
  overflow: hidden;
  font-size: 0.92em;
  line-height: 17px;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-tl-canvas {
  display: block;
  touch-action: pan-y;
}

.scl-tl-hit {
  cursor: pointer;
}

.scl-tl-axis {
  position: relative;
  overflow: hidden;
  color: var(--scl-quiet);
  font-size: 0.85em;
}

.scl-tl-tick {
  position: absolute;
  left: 0;
  padding-inline-start: 3px;
  border-inline-start: 1px solid var(--scl-line);
  white-space: nowrap;
}

/* -- groups ---------------------------------------------------------------------------------- */

.scl-group .scl-c-name {
  cursor: pointer;
}

.scl-group .scl-name {
  font-weight: 600;
}

.scl-group .scl-c-name::before {
  content: "";
  flex: none;
  align-self: center;
  margin: 0 7px 0 2px;
  border: 4px solid transparent;
  border-inline-start: 6px solid var(--scl-quiet);
  border-inline-end-width: 0;
}

.scl-group[aria-expanded="true"] .scl-c-name::before {
  transform: rotate(90deg);
}

.scl-body .scl-row[aria-level="2"] .scl-c-name {
  padding-inline-start: 15px;
}

/* -- below the rows --------------------------------------------------------------------------- */

.scl-pane {
  max-height: 320px;
  padding: 8px 12px 10px;
  border-top: 1px solid var(--scl-line);
  overflow: auto;
}

.scl-pane-head {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 12px;
}

.scl-pane-title {
  color: var(--scl-state);
  font-weight: 600;
  overflow-wrap: anywhere;
}

.scl .scl-shut {
  border-color: transparent;
  background: none;
}

.scl .scl-facts {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 1px 14px;
  margin: 4px 0 0;
}

.scl .scl-facts dt {
  float: none;
  width: auto;
  margin: 0;
  color: var(--scl-quiet);
  font-weight: 400;
}

.scl .scl-facts dd {
  float: none;
  width: auto;
  margin: 0;
  overflow-wrap: anywhere;
}

.scl-output {
  max-height: 200px;
  overflow: auto;
}

.scl .scl-output,
.scl :is(.scl-traceback, .scl-where) pre {
  margin: 4px 0 0;
  padding: 6px 8px;
  border-radius: 4px;
  background: color-mix(in srgb, var(--scl-ink) 4%, var(--scl-raised));
  color: inherit;
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.92em;
  line-height: 1.45;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

.scl .scl-show {
  margin-top: 8px;
}

.scl-code {
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-size: 0.92em;
}

:is(.scl-traceback, .scl-where) summary {
  margin-top: 6px;
  color: var(--scl-quiet);
  cursor: pointer;
}

.scl-quiet {
  margin: 6px 0 0;
  color: var(--scl-quiet);
}

.scl-foot {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 12px;
  border-top: 1px solid var(--scl-line);
  color: var(--scl-quiet);
}

.scl[data-phase="ended"] .scl-body {
  opacity: 0.85;
}

/* -- narrow pages, other needs ----------------------------------------------------------------- */

@container (min-width: 900px) {
  .scl-pane > .scl-facts {
    grid-template-columns: max-content 1fr max-content 1fr;
  }
}

@container (max-width: 719px) {
  .scl-chip-word {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

@container (max-width: 559px) {
  .scl-grid:not([data-room="narrow"]) .scl-c-worker {
    display: none;
  }

  .scl-has-worker .scl-row {
    --scl-worker: initial;
  }
}

@container (max-width: 479px) {
  .scl-line {
    flex-wrap: wrap;
  }

  .scl-title {
    flex: 1 1 4em;
  }

  .scl-line .scl-bar {
    order: 1;
    flex: 1 1 100%;
    height: 4px;
  }

  /* The search is an icon until it is used. */
  .scl-search {
    flex: 0 0 26px;
    min-width: 26px;
    padding: 0 4px 0 22px;
    border-color: transparent;
    background: transparent
      url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23808080' stroke-width='1.7'%3E%3Ccircle cx='6.8' cy='6.8' r='4.6'/%3E%3Cpath d='m10.3 10.3 4 4'/%3E%3C/svg%3E")
      5px center / 14px no-repeat;
    cursor: pointer;
  }

  .scl-search:focus,
  .scl-search:not(:placeholder-shown) {
    flex: 1 1 90px;
    border-color: var(--scl-line);
    background-color: var(--scl-ground);
    cursor: text;
  }

  .scl-search:not(:focus)::placeholder {
    color: transparent;
  }

  .scl .scl-chip {
    padding: 1px 4px;
    gap: 3px;
  }

  .scl-chip .scl-n {
    min-width: 0.7em;
  }
}

@container (max-width: 299px) {
  .scl-title {
    display: none;
  }

  .scl-headline {
    flex: 1 1 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .scl-chips {
    gap: 0 1px;
    margin-inline-start: -3px;
    font-size: 0.92em;
  }

  .scl .scl-chip {
    padding: 1px 2px;
  }
}

@media (prefers-reduced-motion: reduce) {
  .scl * {
    animation: none !important;
    transition: none !important;
  }
}

@media (forced-colors: active) {
  .scl-act::before {
    background: ButtonText;
    forced-color-adjust: none;
  }

  .scl-segment {
    forced-color-adjust: none;
  }

  .scl-row[aria-selected="true"] {
    outline: 1px solid Highlight;
    outline-offset: -1px;
  }

  .scl-chip[aria-pressed="true"] {
    border-color: Highlight;
  }
}

/* -- questions and help ----------------------------------------------------------------------- */

.scl-confirm {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 6px 12px;
  padding: 8px 12px;
  border-top: 2px solid var(--scl-failed);
  background: color-mix(in srgb, var(--scl-failed) 8%, var(--scl-raised));
}

.scl-question {
  flex: 1 1 12em;
  overflow-wrap: anywhere;
}

.scl-answers {
  display: flex;
  gap: 6px;
}

.scl .scl-yes {
  border-color: var(--scl-failed);
  color: var(--scl-failed);
}

.scl-help {
  position: absolute;
  inset: 0;
  z-index: 2;
  padding: 8px 12px;
  background: var(--scl-raised);
  overflow: auto;
}

.scl .scl-keys {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 2px 16px;
  margin: 6px 0 0;
}

.scl .scl-keys dt,
.scl .scl-keys dd {
  float: none;
  width: auto;
  margin: 0;
}

.scl .scl-keys dt {
  font-family: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  font-weight: 400;
}
`;var panel_default=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

.scl-panel {
  display: flex;
  flex-direction: column;
  min-width: 180px;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color0);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  overflow: hidden;
}

.scl-panel.lm-mod-hidden,
.scl-panel [hidden] {
  display: none !important;
}

.scl-programs {
  container-type: inline-size;
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 0;
  overflow: hidden auto;
}

.scl-program {
  display: flex;
  flex: none;
  align-items: center;
  min-height: 30px;
  padding-inline-end: 8px;
  border-bottom: 1px solid var(--jp-border-color2);
}

.scl-program:hover {
  background: var(--jp-layout-color2);
}

.scl-host {
  display: flex;
  flex: 1 1 0;
  align-items: baseline;
  gap: 8px;
  min-width: 0;
  min-height: 28px;
  padding: 4px 4px 4px 8px;
  border: 0;
  background: transparent;
  color: inherit;
  font: inherit;
  line-height: 1.35;
  text-align: start;
  cursor: pointer;
}

.scl-host::before {
  content: "";
  flex: none;
  align-self: center;
  margin: 0 2px;
  border: 4px solid transparent;
  border-inline-start: 6px solid currentcolor;
  border-inline-end-width: 0;
}

.scl-host[aria-expanded="true"]::before {
  transform: rotate(90deg);
}

.scl-host:focus-visible,
.scl-host-act:focus-visible,
.scl-jump:focus-visible,
.scl-status:focus-visible {
  outline: 2px solid var(--jp-brand-color1);
  outline-offset: -2px;
}

.scl-host-title {
  flex: 0 1 auto;
  min-width: 4em;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-host-said {
  flex: 1 99 auto;
  min-width: 3em;
  color: color-mix(in srgb, currentcolor 78%, var(--jp-layout-color1));
  font-variant-numeric: tabular-nums;
  overflow: hidden;
  text-align: end;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.scl-host-short {
  display: none;
  flex: 1 0 auto;
  text-align: end;
  white-space: pre;
}

@container (max-width: 399px) {
  .scl-host-short {
    display: inline;
  }

  .scl-host-said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

.scl-has-ended .scl-host-title {
  font-weight: 400;
}

.scl-host-act {
  position: relative;
  flex: none;
  width: 24px;
  height: 24px;
  border: 0;
  border-radius: 4px;
  background: none;
  color: inherit;
  cursor: pointer;
}

.scl-host-act:hover {
  background: var(--jp-layout-color3);
}

.scl-host-act::before {
  content: "";
  position: absolute;
  inset: 5px;
  background: currentcolor;
  opacity: 0.8;
  mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4.2 2.8 8 6.6l3.8-3.8 1.4 1.4L9.4 8l3.8 3.8-1.4 1.4L8 9.4l-3.8 3.8-1.4-1.4L6.6 8 2.8 4.2z'/%3E%3C/svg%3E")
    center / contain no-repeat;
}

.scl-panel-note {
  flex: 0 0 auto;
  margin: 0;
  padding: 10px 14px;
  line-height: 1.45;
}

.scl-panel-table {
  flex: 1 1 0;
  min-height: 220px; /* however many headings there are: then the panel scrolls */
  border-bottom: 1px solid var(--jp-border-color2);
}

.scl-panel .scl {
  margin: 0;
  border-width: 0;
  border-radius: 0;
}

.scl-panel .scl-title {
  display: none; /* the list above says whose they are */
}

.scl-panel .scl-frame {
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 90px;
}

.scl-panel .scl:not(.scl-is-empty) .scl-grid {
  flex: 1 1 0;
  height: auto;
  min-height: 0;
  resize: none;
}

.scl-panel .scl-pane {
  flex: 0 1 auto;
  max-height: 42%; /* rows stay in sight */
}

.scl-jump {
  flex: 0 0 auto;
  padding: 7px 12px;
  border: 0;
  border-top: 1px solid var(--jp-border-color2);
  background: transparent;
  color: var(--jp-content-link-color);
  font: inherit;
  text-align: start;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  cursor: pointer;
}

.scl-jump:hover {
  background: var(--jp-layout-color2);
}

.scl-status {
  height: 100%;
  padding: 0 6px;
  border: 0;
  background: transparent;
  color: inherit;
  font: inherit;
  font-variant-numeric: tabular-nums;
  cursor: pointer;
}
`;var ID="scaler-lab-style";function addStyles(){if(document.getElementById(ID)===null){let style=document.createElement("style");style.id=ID,style.textContent=`${table_default}
${panel_default}`,document.head.append(style)}}var RANK=210,COMMANDS=[[CommandIDs.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[CommandIDs.cancelSelected,"cancel","Cancel Selected Tasks","Ask the tasks that are selected in the panel to stop"],[CommandIDs.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[CommandIDs.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],panel={id:`${NAMESPACE}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[ITasks],optional:[import_application.ILayoutRestorer,import_apputils2.ICommandPalette,import_settingregistry2.ISettingRegistry],activate:async(app,service,restorer,palette2,registry)=>{addStyles();let{model}=service,widget=new TasksPanel(model,{goToCell:cellId=>{service.goToCell?.(cellId).then(isFound=>{isFound||import_apputils2.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:engineId=>{cancelAll(model,engineId)}});restorer?.add(widget,widget.id);let show=engine=>{typeof engine=="string"&&widget.choose(engine===""?null:engine),app.shell.activateById(widget.id)},{commands}=app;commands.addCommand(CommandIDs.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:tasksIcon,execute:({host:engine,task})=>{show(engine),typeof task=="string"&&task!==""&&widget.showTask(task)}}),commands.addCommand(CommandIDs.search,{label:"Search Tasks",execute:()=>{show(void 0),widget.search()}}),commands.addCommand(CommandIDs.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>model.engines.length>0,execute:()=>cancelAll(model,null)});for(let[command,taskCommand,label,caption]of COMMANDS)commands.addCommand(command,{label,caption,isEnabled:()=>widget.can(taskCommand),execute:()=>{widget.perform(taskCommand)}}),app.contextMenu.addItem({command,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let command of Object.values(CommandIDs))palette2?.addItem({command,category:"Tasks"});let{area}=readSettings(await loaded(registry));app.shell.add(widget,area,{rank:RANK,type:"Tasks"})}};async function cancelAll(model,engineId){let plan=planOf(model,engineId);if(!(needsConfirmation(plan)&&!(await(0,import_apputils2.showDialog)({title:question(plan),buttons:[import_apputils2.Dialog.cancelButton({label:"Keep them"}),import_apputils2.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted,trouble}=await model.cancelAll(engineId);import_apputils2.Notification.info(trouble||`Requested the cancel of ${tasks(accepted)}`,{autoClose:4e3})}catch(error){import_apputils2.Notification.error(`The cancel was not sent: ${String(error)}`)}}function planOf(model,engineId){let owners=new Map,running3=0;for(let{id,title,counts}of model.engines)if(counts!==null&&(engineId===null||id===engineId)){let open=stoppableOf(counts);running3+=counts.running,open>0&&owners.set(clean2(title),(owners.get(clean2(title))??0)+open)}let total=[...owners.values()].reduce((sum,n)=>sum+n,0);return{ids:[],force:!1,running:running3,toCome:[],total,owners}}async function loaded(registry){try{return{...(await registry?.load(`${NAMESPACE}:plugin`))?.composite}}catch(error){return console.warn("scaler_lab: the settings could not be read, so defaults hold",error),{}}}var import_apputils3=require("@jupyterlab/apputils"),import_running=require("@jupyterlab/running"),import_signaling=require("@lumino/signaling");var MAX_ITEMS=50,INTERVAL_MS2=1e3,running2={id:`${NAMESPACE}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[ITasks],optional:[import_running.IRunningSessionManagers],activate:(app,tasks3,managers)=>{managers?.add(new RunningTasks(app,tasks3))}},RunningTasks=class{constructor(app,tasks3){this.app=app;this.model=tasks3.model,this.runningChanged=new import_signaling.Signal(this),tasks3.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},INTERVAL_MS2)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${inShort({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,MAX_ITEMS).map(([engine,task])=>({label:()=>clean2(task.name),labelTitle:()=>clean2(`${task.name}: ${task.status} in ${engine.title}`),detail:()=>`${task.status}, ${clean2(engine.title)}`,icon:()=>tasksIcon,context:"scaler-lab-task",open:()=>{this.app.commands.execute(CommandIDs.showPanel,{host:engine.id})},shutdown:()=>{reportErrors(this.model.cancel(engine.id,task.id))}}))}shutdownAll(){reportErrors(this.model.cancelAll(null))}refreshRunning(){let shown=this.open().map(([,{id,status:status2}])=>`${id}${status2}`).join(" ");shown!==this.shown&&(this.shown=shown,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(engine=>engine.open.map(task=>[engine,task]))}};function reportErrors(asked){asked.then(({trouble})=>{trouble!==""&&import_apputils3.Notification.warning(trouble)},error=>{let why=error instanceof Error?error.message:String(error);import_apputils3.Notification.error(`The cancel was not sent: ${why}`)})}var import_statusbar=require("@jupyterlab/statusbar"),import_widgets2=require("@lumino/widgets");var status={id:`${NAMESPACE}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[ITasks],optional:[import_statusbar.IStatusBar],activate:(app,tasks3,bar)=>{if(bar===null)return;let{model}=tasks3,button2=document.createElement("button");button2.type="button",button2.className="scl-status",button2.title="Tasks of every notebook, script and terminal: click to see them",button2.addEventListener("click",()=>{app.commands.execute(CommandIDs.showPanel)});let item=new import_widgets2.Widget;item.node.append(button2);let draw=()=>{let text=`Tasks: ${inShort(model.totals)||"none open"}`;button2.textContent!==text&&(button2.textContent=text)};draw(),tasks3.changed.connect(draw),bar.registerStatusItem(`${NAMESPACE}:status`,{item,align:"left",rank:40,isActive:()=>model.engines.length>0,activeStateChanged:tasks3.changed})}};var import_signaling2=require("@lumino/signaling");var import_coreutils2=require("@jupyterlab/coreutils"),import_services=require("@jupyterlab/services");var PREFIX="scaler-lab",RestTasksApi=class{constructor(settings){this.settings=settings}cancel(engineId,request){return this.post(["engines",engineId,"cancel"],request)}retry(engineId,taskIds){return this.post(["engines",engineId,"retry"],{task_ids:taskIds})}async details(engineId,taskId){let response=await this.request("GET",["engines",engineId,"tasks",taskId]),{traceback,output,output_before,profile,stack}=response;return readMessage([...["details-of",0,taskId,null,traceback],output,output_before,profile,stack])}async post(path,body){let response=await this.request("POST",path,body);return{accepted:typeof response.accepted=="number"?response.accepted:0,trouble:typeof response.trouble=="string"?response.trouble:""}}async request(method,path,body){let url=import_coreutils2.URLExt.join(this.settings.baseUrl,PREFIX,...path),init=body===void 0?{method}:{method,body:JSON.stringify(body)},response=await import_services.ServerConnection.makeRequest(url,init,this.settings);if(!response.ok)throw await import_services.ServerConnection.ResponseError.create(response);return await response.json()}};function openFeedSocket(settings){let url=import_coreutils2.URLExt.join(settings.wsUrl,PREFIX,"feed");return settings.appendToken&&settings.token!==""&&(url+=`?token=${encodeURIComponent(settings.token)}`),new settings.WebSocket(url)}function readServerMessage(text){let parts=readList(JSON.parse(text));switch(parts[0]){case"engines":return{kind:"engines",now:readNumber(parts[1]),engines:readList(parts[2]).map(readEngine)};case"feed":return{kind:"feed",engineId:readText(parts[1]),now:readNumber(parts[2]),messages:readList(parts[3]).map(readMessage)};case"ended":return{kind:"ended",engineId:readText(parts[1]),title:readText(parts[2]),tasks:readList(parts[3]).map(readEnded),failed:readNumber(parts[4])};default:throw new FeedError(`not a message of this server: ${String(parts[0])}`)}}function readEngine(value){if(typeof value!="object"||value===null)throw new FeedError("a host is an object");let engine=value;return{id:readText(engine.id),name:readText(engine.name),program:readText(engine.program),title:readText(engine.title),kind:readKind(engine.kind),pid:readNumber(engine.pid),workers:readNumber(engine.workers),startedAt:readNumber(engine.startedAt),counts:readCounts(engine.counts),trouble:readText(engine.trouble??""),open:readList(engine.open??[]).map(readOpen)}}function readKind(value){return value==="notebook"||value==="script"||value==="terminal"?value:"engine"}function readOpen(value){let[id,taskNumber,name,status2,startedAt]=readList(value);return{id:readText(id),number:readNumber(taskNumber),name:readText(name),status:readStatus(status2),startedAt:typeof startedAt=="number"?startedAt:null}}function readEnded(value){let[id,name,status2,seconds,error,groupName]=readList(value);return{id:readText(id),name:readText(name),status:readStatus(status2),seconds:readNumber(seconds),error:readText(error),groupName:readText(groupName)}}var FIRST_WAIT_MS=500,MAX_WAIT_MS=15e3,POLICY_VIOLATION=1008,OPEN=1,FeedSocket=class{constructor(make,events){this.make=make;this.events=events}socket=null;timer=null;wait=FIRST_WAIT_MS;isDisposed=!1;open(){this.timer=null;let wasOpen=!1,socket=this.make();this.socket=socket,socket.onopen=()=>{wasOpen=!0,this.wait=FIRST_WAIT_MS,this.events.connected()},socket.onmessage=event=>{try{this.events.message(readServerMessage(String(event.data)))}catch(error){console.error("scaler_lab: the server said what this page does not understand",error)}},socket.onclose=event=>{this.isDisposed||this.socket!==socket||(this.socket=null,this.events.lost(wasOpen?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=event.code===POLICY_VIOLATION?MAX_WAIT_MS:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,MAX_WAIT_MS))}}send(message){this.socket?.readyState===OPEN&&this.socket.send(JSON.stringify(message))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var MAX_PROGRAMS=20,MAX_FAILURES=50,History=class{engines=[];failures=new Map;note(engine,tasks3){let failed=tasks3.filter(({status:status2})=>status2==="failed");if(failed.length>0){let before=this.failures.get(engine.id)??[];this.failures.set(engine.id,[...before,...failed].slice(0,MAX_FAILURES))}}has(engineId){return this.engines.some(({id})=>id===engineId)}dismiss(engineId){this.engines=this.engines.filter(({id})=>id!==engineId),this.failures.delete(engineId)}end(engine,store){if(engine===void 0||!hadTasks(engine))return[];let failed=this.failures.get(engine.id)??[];if(this.failures.delete(engine.id),store.size===0&&failed.length>0){let rows=failed.map((task,n)=>rowOf(task,n,store.now()));store.apply({kind:"snapshot",version:0,part:0,parts:1,rows,counts:null}),store.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let all=[engine,...this.engines.filter(({id})=>id!==engine.id)];return this.engines=all.slice(0,MAX_PROGRAMS),all.slice(MAX_PROGRAMS).map(({id})=>id)}};function hadTasks({counts}){return counts!==null&&STATUSES.some(status2=>counts[status2]>0)}function rowOf({id,name,status:status2,seconds,error},n,now){return{id,number:n+1,name,status:status2,version:n,submittedAt:now-seconds,groupName:"",worker:"",startedAt:now-seconds,endedAt:now,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var MergedStore=class{store;ids=new Map;counts=new Map;constructor(){this.store=new TaskStore({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:""}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null})}merge(engine,message,own,now){let ids=this.idsOf(engine.id);if(this.counts.has(engine.id)||this.store.restartRate(),this.counts.set(engine.id,own.counts),message.kind==="snapshot"){let gone=message.part===message.parts-1?[...ids].filter(id=>own.get(id)===void 0):[];this.change(engine,message.rows,gone,now)}else message.kind==="changes"&&this.change(engine,message.rows,message.forgotten,now)}drop(engineId){let ids=this.ids.get(engineId);ids!==void 0&&(this.ids.delete(engineId),this.counts.delete(engineId),this.store.restartRate(),this.apply([],[...ids]))}change(engine,rows,gone,now){let ids=this.idsOf(engine.id);for(let row of rows)ids.add(row.id);for(let id of gone)ids.delete(id);this.apply(rows.map(row=>({...row,worker:whereOf(engine,row)})),gone,now)}apply(rows,forgotten,now){let since=this.store.version;this.store.apply({kind:"changes",since,version:since+1,rows,forgotten,counts:this.sum()},now)}sum(){let sum=noCounts();for(let counts of this.counts.values())for(let status2 of STATUSES)sum[status2]+=counts[status2];return sum}idsOf(engineId){let ids=this.ids.get(engineId);return ids===void 0&&(ids=new Set,this.ids.set(engineId,ids)),ids}};function whereOf(engine,row){return row.worker===""?engine.title:`${engine.title}, ${row.worker}`}var MAX_IDS_PER_REQUEST=1e4,TasksModel=class{constructor(channel,api){this.channel=channel;this.api=api}engines=[];connection="connecting";trouble="";merged=new MergedStore;history=new History;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(listener){return this.listeners.add(listener),()=>{this.listeners.delete(listener)}}onEnding(listener){return this.endListeners.add(listener),()=>{this.endListeners.delete(listener)}}get totals(){let totals=noCounts();for(let{counts}of this.engines)for(let status2 of STATUSES)totals[status2]+=counts?.[status2]??0;return totals}get ended(){return this.history.engines}dismiss(engineId){this.history.dismiss(engineId),this.stores.delete(engineId),this.known.delete(engineId),this.notify()}engine(engineId){return this.engines.find(({id})=>id===engineId)??this.known.get(engineId)}runs(engineId){return this.engines.some(({id})=>id===engineId)}successor(engineId){let ended=this.engine(engineId);if(!(ended===void 0||this.runs(engineId)||ended.program===""))return this.engines.findLast(({program,startedAt})=>program===ended.program&&startedAt>ended.startedAt)}watch(what){this.subscription=what,this.sendSubscription()}follow(engineId,listener){let listeners=this.followers.get(engineId)??new Set;return this.followers.set(engineId,listeners),listeners.add(listener),listener(this.store(engineId).rows),this.sendSubscription(),()=>{listeners.delete(listener),listeners.size===0&&this.followers.delete(engineId),this.sendSubscription()}}store(engineId){if(engineId===null)return this.merged.store;let store=this.stores.get(engineId);return store===void 0&&(store=new TaskStore({resync:()=>{this.channel.send(["resync",engineId])}}),this.stores.set(engineId,store)),store}async cancelAll(engineId,onlyQueued=!1){let ids=engineId===null?this.engines.map(({id})=>id):[engineId],command={all:!0,only_queued:onlyQueued};return summed(await Promise.all(ids.map(id=>this.api.cancel(id,command))))}cancel(engineId,taskId){return this.api.cancel(engineId,{task_ids:[taskId],force:!1,only_queued:!1})}actions(engineId){let each=(taskIds,command)=>Promise.all(this.byEngine(engineId,taskIds).map(([engine,some])=>command(engine,some))).then(summed),details=taskId=>{let[found]=this.byEngine(engineId,[taskId]);return found===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(found[0],taskId)};return{cancel:(taskIds,force,onlyQueued)=>each(taskIds,(engine,some)=>this.api.cancel(engine,{task_ids:some,force,only_queued:onlyQueued})),cancelAll:onlyQueued=>this.cancelAll(engineId,onlyQueued),retry:taskIds=>each(taskIds,(engine,some)=>this.api.retry(engine,some)),traceback:async taskId=>(await details(taskId)).traceback,details,ownerOf:taskId=>{let[found]=this.byEngine(engineId,[taskId]);return(found===void 0?void 0:this.engine(found[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(why){this.connection="lost",this.trouble=why,this.notify()}apply(message){switch(message.kind){case"engines":this.applyEngines(message.engines);break;case"feed":{let engine=this.engine(message.engineId),store=this.store(message.engineId);for(let feedMessage of message.messages){if(store.apply(feedMessage,message.now),feedMessage.kind==="snapshot"||feedMessage.kind==="changes")for(let listener of this.followers.get(message.engineId)??[])listener(feedMessage.rows);engine!==void 0&&this.merged.merge(engine,feedMessage,store,message.now)}break}case"ended":{let engine=this.engine(message.engineId);engine!==void 0&&this.history.note(engine,message.tasks);for(let listener of[...this.endListeners])listener(message);break}}}applyEngines(engines){let before=this.engines;this.engines=engines;for(let engine of engines)this.known.set(engine.id,engine);for(let{id}of before)if(!this.runs(id)){this.merged.drop(id);let store=this.stores.get(id);store!==void 0&&store.phase!=="ended"&&store.apply({kind:"closed",reason:"This engine has ended."});let forgotten=this.history.end(this.known.get(id),this.store(id));for(let one of[...forgotten,...this.history.has(id)?[]:[id]])this.isWatchedAlone(one)||(this.stores.delete(one),this.known.delete(one))}this.sendSubscription(),this.notify()}isWatchedAlone(engineId){return typeof this.subscription=="object"&&this.subscription.only===engineId}sendSubscription(){let{subscription}=this,chosen=subscription==="none"?[]:subscription==="all"?this.engines.map(({id})=>id):this.runs(subscription.only)?[subscription.only]:[],followed=[...this.followers.keys()].filter(id=>this.runs(id)),ids=[...new Set([...chosen,...followed])],sent=ids.join(" ");sent!==this.sent&&this.connection==="live"&&(this.sent=sent,this.channel.send(["watch",ids]))}byEngine(engineId,taskIds){let found=new Map;for(let id of taskIds){let engine=engineId??this.engines.find(one=>this.stores.get(one.id)?.get(id))?.id;if(engine!==void 0){let some=found.get(engine);some===void 0?found.set(engine,[id]):some.push(id)}}return[...found].flatMap(([engine,ids])=>{let batches=[];for(let start=0;start<ids.length;start+=MAX_IDS_PER_REQUEST)batches.push([engine,ids.slice(start,start+MAX_IDS_PER_REQUEST)]);return batches})}notify(){for(let listener of[...this.listeners])listener()}};function summed(outcomes){return{accepted:outcomes.reduce((sum,{accepted})=>sum+accepted,0),trouble:outcomes.find(({trouble})=>trouble!=="")?.trouble??""}}var tasks2={id:`${NAMESPACE}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:ITasks,activate:app=>{let{serverSettings}=app.serviceManager,api=new RestTasksApi(serverSettings),model=new TasksModel({send:message=>{socket.send(message)}},api),socket=new FeedSocket(()=>openFeedSocket(serverSettings),{connected:()=>{model.connected()},lost:why=>{model.lost(why)},message:message=>{model.apply(message)}});provideServerTasks({follow:(engineId,listener)=>model.follow(engineId,listener),cancel:(engineId,ids,force,onlyQueued)=>api.cancel(engineId,{task_ids:ids,force,only_queued:onlyQueued}),retry:(engineId,ids)=>api.retry(engineId,ids),details:(engineId,id)=>api.details(engineId,id)});let service=new Tasks(model);return socket.open(),service}},Tasks=class{constructor(model){this.model=model;this.changed=new import_signaling2.Signal(this),model.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var plugins=[tasks2,panel,status,running2,notifications,cells],index_default=plugins;

    })(require, module, module.exports);
    const exported = { default: module.exports.default };
    Object.defineProperty(exported, "__esModule", { value: true });
    return exported;
  };

  return {
    init: (given) => {
      scope = given;
    },
    get: async (name) => {
      if (name !== "./extension" && name !== "./index") {
        throw new Error(`${name} is not in this extension`);
      }
      const exported = await (made ??= make());
      return () => exported;
    },
  };
})();
