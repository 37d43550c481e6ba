// Built from extension/, sources e5343eb54577641f3d6ada35f56f88e257cd4615eac28ec1995fad9c033f178b
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
      "use strict";var It=Object.defineProperty;var ro=Object.getOwnPropertyDescriptor;var lo=Object.getOwnPropertyNames;var ao=Object.prototype.hasOwnProperty;var co=(n,e)=>{for(var t in e)It(n,t,{get:e[t],enumerable:!0})},uo=(n,e,t,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let o of lo(e))!ao.call(n,o)&&o!==t&&It(n,o,{get:()=>e[o],enumerable:!(s=ro(e,o))||s.enumerable});return n};var ho=n=>uo(It({},"__esModule",{value:!0}),n);var Hr={};co(Hr,{default:()=>jr});module.exports=ho(Hr);var ms=require("@jupyterlab/notebook");var fs=require("@lumino/coreutils"),$="@scaler-lab/lab",W=new fs.Token(`${$}:ITasks`,"Every task of every engine of this user's, as the Jupyter server sees them."),z={showPanel:"scaler-lab:show-panel",search:"scaler-lab:search",cancelAll:"scaler-lab:cancel-all",showDetails:"scaler-lab:show-details",cancelSelected:"scaler-lab:cancel-selected",killSelected:"scaler-lab:kill-selected",retrySelected:"scaler-lab:retry-selected"};var gs={id:`${$}:cells`,description:"Leads from a task to the cell that submitted it.",autoStart:!0,requires:[W],optional:[ms.INotebookTracker],activate:(n,e,t)=>{t!==null&&(e.goToCell=async s=>{for(let o of po(t)){let i=o.content.widgets.findIndex(({model:l})=>l.id===s),r=o.content.widgets[i];if(r!==void 0)return n.shell.activateById(o.id),o.content.activeCellIndex=i,o.content.deselectAll(),await o.content.scrollToCell(r),!0}return!1})}};function po(n){let e=[];return n.forEach(t=>{t===n.currentWidget?e.unshift(t):e.push(t)}),e}var Lt=require("@jupyterlab/apputils"),ys=require("@jupyterlab/settingregistry");var Xe=class{constructor(e){this.emit=e}settings={failures:!0,doneAfter:60};gathered=new Map;told=new Map;number=0;timer=null;apply({engineId:e,title:t,tasks:s,failed:o}){let{failures:i,doneAfter:r}=this.settings,l=i?s.filter(({status:h})=>h==="failed"):[],a=s.filter(({status:h,seconds:f})=>h==="succeeded"&&r>0&&f>=r),c=i?o:0;if(c===0&&a.length===0)return;let d=this.gathered.get(e)??{engineId:e,title:t,failed:0,failures:[],done:[]};this.gathered.set(e,d),d.failed+=c,d.failures.push(...l.slice(0,3)),d.done.push(...a),this.timer??=setTimeout(()=>{this.flush()},1500)}dispose(){this.timer!==null&&(clearTimeout(this.timer),this.timer=null),this.gathered.clear()}flush(){this.timer=null;for(let e of this.gathered.values()){e.failed>0&&this.emitFailures(e);let{engineId:t,title:s,done:o}=e,[i]=o;if(i!==void 0){this.number+=1;let r=mo(s,o);this.emit({kind:"done",engineId:t,text:r,first:i,number:this.number})}}this.gathered.clear()}emitFailures({engineId:e,title:t,failed:s,failures:o}){let i=Date.now(),r=this.told.get(e);(r===void 0||i-r.at>15e3)&&(this.number+=1,r={number:this.number,failed:0,failures:[],at:i}),r={number:r.number,failed:r.failed+s,failures:[...r.failures,...o].slice(0,3),at:i},this.told.set(e,r),this.emit({kind:"failed",engineId:e,text:fo(t,r.failed,r.failures),first:r.failures[0]??null,number:r.number})}};function fo(n,e,t){let[s]=t;return s===void 0?`${e} tasks failed in ${n}`:e===1?`${s.name} failed in ${n}: ${s.error}`:`${e} tasks failed in ${n}, first ${s.name}: ${s.error}`}function mo(n,e){let[t]=e;return e.length===1&&t!==void 0?`${t.name} is done in ${n}, after ${Math.round(t.seconds)} s`:`${e.length} long tasks are done in ${n}${go(e,e.length)}`}function go(n,e){let t=[...new Set(n.slice(0,3).map(({name:s})=>s))];return t.length===0?"":`: ${t.join(", ")}${e>t.length?" …":""}`}function Ye(n){let{notifyFailures:e,notifyDoneAfterSeconds:t,area:s}=n;return{failures:e!==!1,doneAfter:typeof t=="number"?t:60,area:s==="right"?"right":"left"}}var yo=8e3,vo=15e3,vs={id:`${$}:plugin`,description:"Notifies of tasks that failed, and of long ones that are done.",autoStart:!0,requires:[W],optional:[ys.ISettingRegistry],activate:(n,{model:e},t)=>{let s=new Map,o=new Xe(i=>{let r=s.get(i.number),l=bo(n,i);(r===void 0||!Lt.Notification.update({id:r,message:i.text,...l}))&&s.set(i.number,Lt.Notification.emit(i.text,wo(i),l))});e.onEnding(i=>{o.apply(i)}),t?.load(`${$}:plugin`).then(i=>{let r=()=>{o.settings=Ye({...i.composite})};r(),i.changed.connect(r)},()=>{})}};function wo({kind:n}){return n==="failed"?"error":"success"}function bo(n,{kind:e,engineId:t,first:s}){let o=e==="failed",i=r=>{n.commands.execute(z.showPanel,{host:t,task:r})};return{autoClose:o?vo:yo,actions:[...o&&s!==null?[{label:"Show traceback",callback:()=>{i(s.id)}}]:[],{label:"Show tasks",callback:()=>{i("")}}]}}var Nn=require("@jupyterlab/application"),J=require("@jupyterlab/apputils"),Pn=require("@jupyterlab/settingregistry");var k=["cancelling","running","failed","retrying","queued","waiting","cancelled","succeeded"];function q(){return{cancelling:0,running:0,queued:0,waiting:0,retrying:0,failed:0,cancelled:0,succeeded:0}}function N(n){return n==="succeeded"||n==="failed"||n==="cancelled"}function ie(n){return U(n)||n==="running"}function re(n){return Ie(n)+n.running}function Ie({queued:n,waiting:e,retrying:t}){return n+e+t}function U(n){return n==="queued"||n==="waiting"||n==="retrying"}function le(n){return n==="failed"||n==="cancelled"}var B={cancelling:"◌",running:"▸",queued:"·",waiting:"○",retrying:"↻",failed:"✗",cancelled:"⊘",succeeded:"✓"};var G=class extends Error{name="FeedError"};function R(n){if(!Array.isArray(n))throw new G(`expected a list, not ${typeof n}`);return n}function x(n){if(typeof n!="number")throw new G(`expected a number, not ${typeof n}`);return n}function m(n){if(typeof n!="string")throw new G(`expected a text, not ${typeof n}`);return n}function $t(n){if(typeof n!="boolean")throw new G(`expected true or false, not ${typeof n}`);return n}function K(n){return n==null?null:x(n)}function ws(n){return n==null?null:m(n)}var xo=new Set(k);function ve(n){if(!xo.has(n))throw new G(`not a status: ${String(n)}`);return n}function Nt(n){if(typeof n!="object"||n===null)return null;let e=q();for(let[t,s]of Object.entries(n))e[ve(t)]=x(s);return e}function Pt(n){let e=Nt(n);return e===null||Object.keys(n).length===0?null:e}function bs(n){if(n==null)return null;let e=R(n);return{state:m(e[0]),taken:m(e[1]),problem:m(e[2]),threads:R(e[3]).map(t=>R(t).map(So))}}function So(n){let e=R(n);return{file:m(e[0]),line:x(e[1]),name:m(e[2]),source:m(e[3])}}function xs(n){return n.threads.map(t=>t.map(({file:s,line:o,name:i,source:r})=>{let l=`  File "${s}", line ${o}, in ${i}`;return r===""?l:`${l}
    ${r}`}).join(`
`)).join(`
another thread of the task
`)}function Qe(n){let e=R(n);switch(e[0]){case"welcome":return{kind:"welcome",protocol:x(e[1]),engineId:m(e[2]),label:m(e[3]),pid:x(e[4]),workerCount:x(e[5]??0),canStopRunning:$t(e[6]??!0),reportsStarts:$t(e[7]??!0),program:m(e[8]??"")};case"snapshot":return{kind:"snapshot",version:x(e[1]),part:x(e[2]),parts:x(e[3]),rows:Ss(e[4]),counts:Pt(e[5])};case"changes":return{kind:"changes",since:x(e[1]),version:x(e[2]),rows:Ss(e[3]),forgotten:R(e[4]).map(m),counts:Pt(e[5])};case"response":return{kind:"response",request:x(e[1]),accepted:x(e[2]),trouble:m(e[3]??""),version:x(e[4]??0)};case"details-of":return{kind:"details",request:x(e[1]),taskId:m(e[2]),traceback:m(e[4]??""),output:m(e[5]??""),outputBefore:x(e[6]??0),profile:Eo(e[7]),stack:bs(e[8])};case"ended":return{kind:"closed",reason:m(e[1])};default:throw new G(`not a message of this feed: ${String(e[0])}`)}}function Ss(n){let e=R(n).map(R);if(e.length===0)return[];if(e.length<6)throw new G(`a row has 6 fields, not ${e.length}`);let t=i=>e[i]??[],s=0,o=0;return t(0).map((i,r)=>(s+=x(t(1)[r]),o+=x(t(4)[r]),{id:m(t(0)[r]),number:s,name:m(t(2)[r]),status:ve(t(3)[r]),version:o,submittedAt:x(t(5)[r]),groupName:m(t(6)[r]??""),worker:m(t(7)[r]??""),startedAt:K(t(8)[r]),endedAt:K(t(9)[r]),cancelRequestedAt:K(t(10)[r]),cancelRequestedBy:m(t(11)[r]??""),cancelResolution:ws(t(12)[r]),cancelSeconds:K(t(13)[r]),error:m(t(14)[r]??""),detail:m(t(15)[r]??""),progress:ko(t(16)[r]),outputBytes:x(t(17)[r]??0),attempt:x(t(18)[r]??1),tags:R(t(19)[r]??[]).map(m),cell:m(t(20)[r]??"")}))}function ko(n){if(n==null)return null;let e=R(n);return{done:x(e[0]),total:K(e[1]),note:m(e[2]??"")}}function Eo(n){if(typeof n!="object"||n===null)return null;let e=n;return{queueSeconds:K(e.queue_seconds),runSeconds:K(e.run_seconds),cpuSeconds:K(e.cpu_seconds),peakMemory:K(e.peak_memory),bytesIn:K(e.bytes_in),bytesOut:K(e.bytes_out),worker:m(e.worker??""),attempt:x(e.attempt??1)}}function ks(){try{return window.sessionStorage}catch{return null}}function we(n,e){try{return n?.getItem(e)??""}catch{return""}}function Le(n,e,t){try{n?.setItem(e,t)}catch{}}var Es="scaler_lab.folds",Mo=300,ue=class{constructor(e=()=>"",t=null){this.engine=e;this.storage=t;this.shown=new Map(To(t))}open=new Set;shown;isFolded(e){return this.shown.get(this.key(e))??!this.open.has(e.id)}fit(e,t){let s=t,o=new Set;for(let i of e)i.size<=s&&(o.add(i.id),s-=i.size);this.open=o}set(e,t){let s=this.key(e);this.shown.delete(s),this.shown.set(s,t);for(let o of this.shown.keys()){if(this.shown.size<=Mo)break;this.shown.delete(o)}Le(this.storage,Es,JSON.stringify([...this.shown]))}key(e){return`${this.engine()} ${e.id}`}};function To(n){try{let e=JSON.parse(we(n,Es));return Array.isArray(e)?e.filter(Oo):[]}catch{return[]}}function Oo(n){return Array.isArray(n)&&typeof n[0]=="string"&&typeof n[1]=="boolean"}var Ts="group:",Ms=32;function ae(n){return n.startsWith(Ts)}function Os(n){if(n.groupName==="")return null;let{name:e}=n,t=e.endsWith("]")?e.lastIndexOf("["):-1,s=t<0?NaN:Number(e.slice(t+1,-1)),o=Number.isInteger(s)&&s>=0?String(n.number-s):"",i=n.id.length===Ms?n.id.slice(0,Ms/2):"";return`${Ts}${i} ${o} ${n.groupName}`}var Ze=class{constructor(e,t){this.id=e;this.name=t.groupName}counts=q();name;startedAt=null;lastEndedAt=null;members=new Set;get first(){for(let{row:e}of this.members)return e.number;return 0}get size(){return k.reduce((e,t)=>e+this.counts[t],0)}get isEmpty(){return this.members.size===0}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get endedAt(){return this.settled===this.size?this.lastEndedAt:null}get status(){return k.find(e=>this.counts[e]>0)??"succeeded"}get rows(){let e=[];for(let{row:t}of this.members)e.push(t);return et(e)}stillCancelling(e){let t=[];if(this.counts.cancelling>0)for(let{row:s}of this.members)s.status==="cancelling"&&s.cancelRequestedAt!==null&&s.cancelRequestedAt<e&&t.push(s);return t}add(e){this.members.add(e),this.counts[e.row.status]+=1,this.note(e.row)}change(e,t){this.counts[e.status]-=1,this.counts[t.status]+=1,this.note(t)}remove(e){this.members.delete(e),N(e.row.status)||(this.counts[e.row.status]-=1)}note(e){e.startedAt!==null&&(this.startedAt===null||e.startedAt<this.startedAt)&&(this.startedAt=e.startedAt),N(e.status)&&e.endedAt!==null&&(this.lastEndedAt===null||e.endedAt>this.lastEndedAt)&&(this.lastEndedAt=e.endedAt)}};function et(n){for(let e=1;e<n.length;e+=1)if((n[e-1]?.number??0)>(n[e]?.number??0))return n.sort((t,s)=>t.number-s.number);return n}var $e=["state","number","name","worker","time","note"],Ft={key:"state",descending:!1},Co=8,Ao=5e3,Ne=class{constructor(e,t=new ue){this.folding=t;this.store=e}store;statuses=new Set;search="";order=Ft;held=!1;listed=[];positions=null;madeOf=-1;isStale=!0;dearUntil=0;isGrouped=!0;room=12;cleared=new Set;chosen=new Set;chosenGroups=new Set;anchor=null;active=null;get filter(){return this.statuses}get query(){return this.search}get sort(){return this.order}get isFiltered(){return this.statuses.size>0||this.search!==""}toggleStatus(e){let t=new Set(this.statuses);t.delete(e)||t.add(e),this.statuses=t.size===k.length?new Set:t,this.isStale=!0}find(e){this.search=e.trim().toLowerCase(),this.isStale=!0}showAll(){this.cleared.clear(),this.statuses=new Set,this.search="",this.isStale=!0}sortBy(e){this.order.key!==e?this.order={key:e,descending:!1}:this.order.descending?this.order=Ft:this.order={key:e,descending:!0},this.isStale=!0}cycleStatus(e){let{counts:t}=this.store,s=[null,...k.filter(l=>t[l]>0)],[o]=this.statuses.size===1?this.statuses:[null],i=Math.max(s.indexOf(o??null),0),r=s[(i+e+s.length)%s.length]??null;this.statuses=r===null?new Set:new Set([r]),this.isStale=!0}cycleSort(){let e=$e.indexOf(this.order.key);this.order={key:$e[(e+1)%$e.length]??"state",descending:!1},this.isStale=!0}reverseSort(){this.order={...this.order,descending:!this.order.descending},this.isStale=!0}restore(e,t,s){this.order=e,this.statuses=new Set(t),this.find(s)}clearDone(){for(let{id:e,status:t}of this.store.rows)N(t)&&this.cleared.add(e);this.isStale=!0}get clearedCount(){return this.cleared.size}get groupsAreListed(){return this.isGrouped&&!this.isFiltered}get groupsAreWanted(){return this.isGrouped}listGroups(e){this.isGrouped=e,this.isStale=!0}isFolded(e){return this.folding.isFolded(e)}roomFor(e){e!==this.room&&(this.room=e,this.isStale=!0)}get isOneGroup(){let e=this.store.onlyGroup;return e!==null&&this.store.engine?.label===e.name&&this.store.ungroupedCount===0}fold(e,t){let s=this.store.group(e),o=this.indexOf(e);if(s===void 0||o<0||this.isFolded(s)===t)return;this.folding.set(s,t);let i=a=>a!==void 0&&this.store.groupOf(a)?.id===e,r=o+1;for(;i(this.listed[r]);)r+=1;let l=t?[]:zt(this.sorted(this.uncleared(s.rows)));this.listed=[...this.listed.slice(0,o+1),...l,...this.listed.slice(r)],this.positions=null,this.active!==null&&t&&i(this.active)&&(this.active=e)}hold(e){this.held!==e&&(this.held=e,this.isStale||=!e&&this.madeOf!==this.store.revision,e||(this.madeOf=-1))}get ids(){if(!this.isStale&&this.madeOf===this.store.revision)return this.listed;if(this.held&&!this.isStale)this.listed=this.kept();else{if(!this.isStale&&performance.now()<this.dearUntil)return this.listed;{let e=performance.now();this.listed=this.arranged();let t=performance.now()-e,s=this.listed.length<Ao||t<4;this.dearUntil=s?0:e+t*(1+Co)}}return this.isStale=!1,this.madeOf=this.store.revision,this.positions=null,this.listed}get isBehind(){return!this.held&&this.madeOf!==this.store.revision}indexOf(e){if(e===null)return-1;let t=this.ids;return this.positions??=new Map(t.map((s,o)=>[s,o])),this.positions.get(e)??-1}kept(){let e=new Set(this.listed),t=this.listed.filter(o=>this.isThere(o)),s=this.things().filter(o=>!e.has(o.id));return t.concat(this.withMembers(s).filter(o=>!e.has(o)))}isThere(e){return ae(e)?this.store.group(e)!==void 0:this.store.get(e)!==void 0}arranged(){let e=this.sorted(this.things());return this.groupsAreListed?this.withMembers(e):zt(e)}things(){if(!this.groupsAreListed||this.isOneGroup){let{rows:o}=this.store;return this.isFiltered||this.cleared.size>0?o.filter(i=>!this.cleared.has(i.id)&&this.matches(i)):o}let e=this.uncleared(this.store.ungrouped),t=e.length,s=[];for(let o of this.store.groups){if(this.cleared.size>0&&o.rows.every(({id:r})=>this.cleared.has(r)))continue;let i=o.size===1?o.rows[0]:void 0;e.push(i??o),i===void 0&&s.push(o)}return this.folding.fit(s,this.room-e.length),t===0||t===e.length?e:Ro(e)}uncleared(e){return this.cleared.size===0?e:e.filter(({id:t})=>!this.cleared.has(t))}withMembers(e){let t=[];for(let s of e)if(t.push(s.id),!tt(s)&&!this.isFolded(s))for(let o of this.sorted(this.uncleared(s.rows)))t.push(o.id);return t}sorted(e){let{key:t,descending:s}=this.order;if(t==="state"){let i=new Map(k.map(l=>[l,[]]));for(let l of e)i.get(l.status)?.push(l);return(s?[...k].reverse():k).flatMap(l=>i.get(l)??[])}if(t==="number"&&!s)return e;let o=[...e];if(t!=="number"){let i=this.store.now(),r=new Map(e.map(l=>[l.id,_o(l,t,i)]));o.sort((l,a)=>Io(r.get(l.id),r.get(a.id)))}return s?o.reverse():o}matches(e){if(this.statuses.size>0&&!this.statuses.has(e.status))return!1;if(this.search==="")return!0;let s=[e.name,e.worker,`#${e.number}`,e.error,e.detail,...e.tags].join(`
`).toLowerCase();return this.search.split(/\s+/).every(o=>s.includes(o))}isSelected(e){return this.chosen.has(e)||this.chosenGroups.has(e)||this.chosenGroups.size>0&&this.chosenGroups.has(this.store.groupOf(e)?.id??"")}get selectedCount(){return this.sumOfGroups(e=>e.size)+this.chosen.size}get selected(){let e=[...this.chosenGroups].flatMap(t=>this.store.group(t)?.rows??[]);for(let t of this.chosen){let s=this.store.get(t);s===void 0?this.chosen.delete(t):e.push(s)}return e}get meant(){let{selected:e,active:t}=this;if(e.length>0||t===null)return e;let s=this.store.get(t);return s===void 0?this.store.group(t)?.rows??[]:[s]}get selectedStoppable(){return zt(this.selected.filter(e=>ie(e.status)))}get selectedStoppableCount(){let e=this.sumOfGroups(({counts:t})=>re(t));for(let t of this.chosen){let s=this.store.get(t);e+=s!==void 0&&ie(s.status)?1:0}return e}sumOfGroups(e){let t=0;for(let s of this.chosenGroups){let o=this.store.group(s);o===void 0?this.chosenGroups.delete(s):t+=e(o)}return t}get selectedRetriableCount(){let e=this.sumOfGroups(({counts:s})=>s.failed+s.cancelled),t=0;for(let s of this.chosen){let o=this.store.get(s);t+=o!==void 0&&le(o.status)?1:0}return e+t}get listedRows(){let e=[];for(let t of this.ids){let s=ae(t)?this.store.group(t):void 0,o=this.store.get(t);o!==void 0?e.push(o):s!==void 0&&this.isFolded(s)&&e.push(...this.sorted(s.rows))}return e}stoppable(e){let t=[],s=o=>{o!==void 0&&(e?U(o.status):ie(o.status))&&t.push(o.id)};for(let o of this.ids){let i=ae(o)?this.store.group(o):void 0;i===void 0?s(this.store.get(o)):this.isFolded(i)&&i.rows.forEach(s)}return t}selectOnly(e){this.clear(),this.choose(e),this.anchor=e,this.active=e}toggle(e){this.isSelected(e)?this.unchoose(e):this.choose(e),this.anchor=e,this.active=e}extendTo(e){let t=this.indexOf(this.anchor??this.active??e),s=this.indexOf(e);if(t<0||s<0){this.selectOnly(e);return}this.clear();let[o,i]=t<s?[t,s]:[s,t];for(let r of this.ids.slice(o,i+1))this.choose(r);this.active=e}selectAll(){for(let e of this.ids)this.choose(e)}clearSelection(){this.clear(),this.anchor=null}clear(){this.chosen.clear(),this.chosenGroups.clear()}choose(e){if(ae(e)){this.chosenGroups.add(e);for(let t of this.chosen)this.store.groupOf(t)?.id===e&&this.chosen.delete(t)}else this.isSelected(e)||this.chosen.add(e)}unchoose(e){if(this.chosen.delete(e)||this.chosenGroups.delete(e))return;let t=this.store.groupOf(e);if(t!==null&&this.chosenGroups.delete(t.id)){for(let s of t.rows)this.chosen.add(s.id);this.chosen.delete(e)}}move(e){let t=this.ids;if(t.length===0)return null;let s=this.indexOf(this.active),o=s<0&&e>0&&e!==1/0?0:s+e;return this.active=t[Math.min(Math.max(o,0),t.length-1)]??null,this.active}};function tt(n){return"version"in n}function zt(n){return n.map(e=>e.id)}function Dt(n){return tt(n)?n.number:n.first}function Ro(n){return n.sort((e,t)=>Dt(e)-Dt(t))}function _o(n,e,t){switch(e){case"state":return k.indexOf(n.status);case"number":return Dt(n);case"name":return n.name.toLowerCase();case"worker":return tt(n)?n.worker:"";case"time":return n.startedAt===null?-1:(n.endedAt??t)-n.startedAt;case"note":return tt(n)?n.cancelResolution??n.error:""}}function Io(n,e){return typeof n=="string"&&typeof e=="string"?n===e?0:n===""?1:e===""||n<e?-1:1:Number(n)-Number(e)}function u(n,e="",t={},...s){let o=document.createElement(n);e!==""&&(o.className=e);for(let[i,r]of Object.entries(t))o.setAttribute(i,r);return o.append(...s),o}function P(n,e,t){let s=u("button",`scl-button ${n}`,{type:"button"},e);return s.addEventListener("click",t),s}function y(n,e){n.textContent!==e&&(n.textContent=e)}function C(n,e,t){n.getAttribute(e)!==t&&(t===null?n.removeAttribute(e):n.setAttribute(e,t))}function X(n){let e=n.getRootNode(),{activeElement:t}=e instanceof ShadowRoot?e:document;return t!==null&&n.contains(t)}async function As(n){let{clipboard:e}=navigator;if(e!==void 0){await e.writeText(n);return}let t=u("textarea","scl-unseen",{},n),{activeElement:s}=document;document.body.append(t),t.select();let o=document.execCommand("copy");if(t.remove(),s instanceof HTMLElement&&s.focus(),!o)throw new Error("the browser does not allow to copy here")}var Cs=0;function be(n){return Cs+=1,`scl-${n}-${Cs}-${Math.random().toString(36).slice(2,8)}`}function Z(n){let e=Math.max(0,n);if(e<.9995)return`${Math.round(e*1e3)} ms`;if(e<59.95)return`${e.toFixed(1)} s`;let t=Math.round(e),s=o=>String(o).padStart(2,"0");return t<3600?`${Math.floor(t/60)}m${s(t%60)}s`:t<86400?`${Math.floor(t/3600)}h${s(Math.floor(t%3600/60))}m`:`${Math.floor(t/86400)}d${s(Math.floor(t%86400/3600))}h`}function jt(n){return n>=10&&n<59.5?`${Math.round(n)} s`:Z(n)}function st(n){return n>=10?Z(n):`${(n*1e3).toFixed(n<.00995?1:0)} ms`}function M(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function I(n){return n===1?"1 task":`${M(n)} tasks`}function he(n){return k.filter(e=>n[e]>0).map(e=>`${M(n[e])} ${e}`).join(", ")}function _s(n){if(n===null)return"";let{done:e,total:t,note:s}=n,o=xe(n),i=Number.isInteger(e)?M(e):e.toPrecision(3);return o!==null&&t!==null&&(i=Number.isInteger(e)&&Number.isInteger(t)?`${i} of ${M(t)}`:`${Math.floor(o*100)} %`),s===""?i:`${i}, ${s}`}function xe({done:n,total:e}){return e===null||e<=0?null:Math.min(1,Math.max(0,n/e))}function Pe(n){let e=["bytes","kB","MB","GB","TB"],t=n,s=0;for(;t>=999.5&&s<e.length-1;)t/=1e3,s+=1;return`${s===0||t>=9.95?Math.round(t):t.toFixed(1)} ${e[s]??""}`}function nt(n){let t=n.replace(/\u001b\[[0-9;?]*[A-Za-z]/g,"").replace(/\r+\n/g,`
`).split(`
`).map(s=>s.split("\r").filter(i=>i!=="").at(-1)??"");return ot(t.join(`
`))}function ze(n,e){return n.startedAt===null?"":n.endedAt===null?jt(e-n.startedAt):Z(n.endedAt-n.startedAt)}var Is=/[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]/g,Rs=2e3;function S(n){return(n.length>Rs?`${n.slice(0,Rs)} [...]`:n).replace(Is,Ls)}function ot(n){return n.replace(Is,e=>e===`
`||e==="	"?e:Ls(e))}function Ls(n){let e=n.charCodeAt(0);return e<256?`\\x${e.toString(16).padStart(2,"0")}`:`\\u${e.toString(16).padStart(4,"0")}`}var Lo=5,it=class{node=u("div","scl-unseen",{role:"status","aria-live":"polite"});shown="";shownAt=-1/0;clock;constructor(e=()=>performance.now()/1e3){this.clock=e}draw(e){let t=this.clock();if(t-this.shownAt<Lo)return;let s=he(e);s!==""&&s!==this.shown&&(this.shown=s,this.shownAt=t,this.node.textContent=s)}};var $o=/[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /,No=400,Po=1e3,zo=8,rt=class{constructor(e,t){this.actions=e;let s=u("button","scl-button scl-shut",{type:"button","aria-label":"Close the details"},"✕");s.addEventListener("click",t),this.outputBlock=u("div","",{},this.outputHead,this.output),this.node=u("div","scl-pane",{role:"group","aria-label":"Details of the task"},u("div","scl-pane-head",{},this.heading,s),this.facts,this.where,this.arguments,this.outputBlock,this.traceback),this.node.hidden=!0,this.output.addEventListener("keydown",o=>{o.stopPropagation()})}node;heading=u("div","scl-pane-title");facts=u("dl","scl-facts");arguments=u("div","scl-arguments",{role:"group",tabindex:"-1","aria-label":"Arguments"});traceback=u("div","scl-traceback");where=u("div","scl-where",{role:"group","aria-label":"Where it is"});output=u("pre","scl-output",{tabindex:"0","aria-label":"Output"});outputBlock;outputHead=u("div","scl-quiet");shown=null;profile=null;known="";asking=!1;timer=0;dispose(){window.clearTimeout(this.timer)}draw(e){this.node.hidden=e===null;let t=this.shown;if(e===null||e===t){this.shown=e;return}this.shown=e,t?.id!==e.id&&this.begin(e),this.node.dataset.status=e.status,y(this.heading,`${B[e.status]} ${S(e.name)}`),this.writeFacts(e),this.request()}begin(e){this.traceback.replaceChildren(),this.where.replaceChildren(),this.outputBlock.hidden=!0,y(this.output,""),this.profile=null,this.known="",this.offerArguments(e)}writeFacts(e){this.facts.replaceChildren(...$s([...Do(e),...Fo(this.profile)]))}async request(){let e=this.shown;if(e===null||this.asking)return;let t=N(e.status),s=e.status==="running"||e.status==="cancelling",o=s?Math.floor(Date.now()/Po):"",i=`${e.id} ${t?e.status:""} ${e.outputBytes} ${o}`,r=e.status==="failed"||e.outputBytes>0||s;if(!(i===this.known||!(r||t&&this.actions.details!==void 0))){this.known=i,this.asking=!0,e.status==="failed"&&this.traceback.childElementCount===0&&this.traceback.replaceChildren(Se("asking for the traceback …"));try{let l=await this.detailsOf(e.id);this.shown?.id===e.id&&this.write(this.shown,l)}catch(l){let a=l instanceof Error?l.message:String(l);this.shown?.id===e.id&&this.traceback.replaceChildren(Se(`The details could not be had: ${a}`))}this.timer=window.setTimeout(()=>{this.asking=!1,this.request()},No)}}async detailsOf(e){return this.actions.details!==void 0?this.actions.details(e):{traceback:await this.actions.traceback(e),output:"",outputBefore:0,profile:null,stack:null}}write(e,t){e.status==="failed"&&this.traceback.replaceChildren(...t.traceback===""?[Se("No traceback is kept of it.")]:Ns(ot(t.traceback))),this.profile=t.profile,this.writeFacts(e),this.writeWhere(e,t.stack),this.outputBlock.hidden=t.output==="";let s=t.outputBefore>0?`, after ${Pe(t.outputBefore)} more`:"";y(this.outputHead,`output${s}`);let{output:o}=this,i=o.scrollTop+o.clientHeight>=o.scrollHeight-zo;y(o,nt(t.output)),i&&(o.scrollTop=o.scrollHeight)}writeWhere(e,t){let s=[];if(t!==null&&!N(e.status)){let o=t.problem===""?"":`; ${t.problem}`;s.push(Se(`where it is: ${S(t.state+o)}`)),s.push(...Ns(ot(xs(t))))}this.where.replaceChildren(...s)}offerArguments(e){if(this.actions.arguments===void 0){this.arguments.hidden=!0;return}let t=!1,s=P("scl-show","Show arguments",()=>{t||(t=!0,s.setAttribute("aria-disabled","true"),this.showArguments(e.id))});this.arguments.replaceChildren(s)}async showArguments(e){let t;try{let s=await this.actions.arguments?.(e),o=s?.arguments??[],i=s?.trouble??"";t=o.length>0?[u("dl","scl-facts scl-code",{},...$s(o.map(([r,l])=>[S(r),S(l)])))]:[Se(i===""?"It was called without arguments.":i)]}catch(s){let o=s instanceof Error?s.message:String(s);t=[Se(`The arguments could not be had: ${o}`)]}if(this.shown?.id===e){let s=X(this.arguments);this.arguments.replaceChildren(...t),s&&this.arguments.focus()}}};function Se(n){return u("p","scl-quiet",{},n)}function $s(n){return n.flatMap(([e,t])=>[u("dt","",{},e),u("dd","",{},t)])}function Fo(n){let e=[];return n?.cpuSeconds!=null&&e.push(`${Z(n.cpuSeconds)} of CPU`),n?.peakMemory!=null&&n.peakMemory>0&&e.push(`${Pe(n.peakMemory)} of memory in its worker`),n?.bytesIn!=null&&n.bytesIn>0&&e.push(`${Pe(n.bytesIn)} in`),n?.bytesOut!=null&&n.bytesOut>0&&e.push(`${Pe(n.bytesOut)} out`),e.length===0?[]:[["took",e.join(", ")]]}function Do(n){let e=[["state",n.status]],t=s=>new Date(s*1e3).toLocaleTimeString();if(n.groupName!==""&&e.push(["group",S(n.groupName)]),n.worker!==""&&e.push(["worker",S(n.worker)]),e.push(["submitted",t(n.submittedAt)]),n.startedAt!==null&&e.push(["started",`${t(n.startedAt)}, after ${Z(n.startedAt-n.submittedAt)}`]),n.endedAt!==null){let s=n.startedAt===null?"":`, having run ${Z(n.endedAt-n.startedAt)}`;e.push(["ended",t(n.endedAt)+s])}if(n.progress&&e.push(["progress",S(_s(n.progress))]),n.cancelRequestedAt!==null){let s=n.cancelRequestedBy===""?"":` by ${S(n.cancelRequestedBy)}`;e.push(["cancel asked",t(n.cancelRequestedAt)+s])}if(n.cancelResolution!==null){let s=n.cancelSeconds===null?"":`, ${st(n.cancelSeconds)} after the ask`;e.push(["settled",`${jo(n)}${s}`])}return n.detail!==""&&e.push([n.status==="cancelling"?"waits for":"note",S(n.detail)]),n.attempt>1&&e.push(["attempt",String(n.attempt)]),n.tags.length>0&&e.push(["tags",S(n.tags.join(", "))]),n.error!==""&&e.push(["error",S(n.error)]),e.push(["id",n.id]),e}function jo(n){switch(n.cancelResolution){case"never_started":return"never started: taken out of the queue";case"interrupted":return"interrupted: stopped inside the task, its worker lives on";case"killed":return"killed: its worker process was stopped";case"finished_first":return"finished first: its result came before the cancel and was discarded";case"lost":return"lost: the engine went away before answering";case null:return""}}function Ns(n){let e=[],t=[],s=[],o=()=>{t.length>0&&(e.push(u("pre","",{},t.join(`
`))),t=[])},i=()=>{if(s.length===0)return;let l=s.filter(a=>a.startsWith('  File "')).length;o(),e.push(u("details","",{},u("summary","",{},l===1?"1 frame in a library":`${l} frames in libraries`),u("pre","",{},s.join(`
`)))),s=[]},r=!1;for(let l of n.split(`
`))l.startsWith('  File "')?r=$o.test(l):l.startsWith("    ")||(r=!1),r?s.push(l):(i(),t.push(l));return i(),o(),e}function zs(n,e,t){let s=[],o=[],i=new Map;for(let r of n){if(!ie(r.status)&&!(e&&r.status==="cancelling"))continue;s.push(r.id),U(r.status)&&o.push(r.id);let l=t(r.id);l!==""&&i.set(l,(i.get(l)??0)+1)}return{ids:s,force:e,running:s.length-o.length,toCome:o,total:s.length,owners:i}}function Fe({force:n,running:e,total:t}){return t>0&&(n||e>1)}var Ps=4;function De({force:n,running:e,total:t,owners:s}){let[o]=s.keys(),i=s.size===1&&o!==void 0?` of ${o}`:"",r=`${n?"Kill the workers of":"Cancel"} ${I(t)}${i}`,l=e<t&&e>0?`, ${M(e)} of them running`:"";return`${r}${l}${s.size>1?Ho(s):""}?`}function Ho(n){let e=[...n].slice(0,Ps).map(([s,o])=>`${M(o)} of ${s}`),t=n.size-Ps;return`: ${e.join(", ")}${t>0?`, and of ${t} more programs`:""}`}var Ds=10,Ht="The cancel was not sent",lt=class{constructor(e,t,s,o){this.store=e;this.rowModel=t;this.actions=s;this.events=o}pending=new Set;stop(e,t=!1){if(t&&this.store.engine?.canStopRunning!==!0)return;let s=e.map(i=>this.store.get(i)).filter(i=>i!==void 0),o=this.plan(s,t);this.confirmed(o,()=>{let i=async()=>{let r=await this.actions.cancel(o.ids,t,!1);return r.trouble||Go(o.total-r.accepted)};this.send(o.ids,i,Ht,o.toCome)})}stopQueued(){if(!this.rowModel.isFiltered){this.stopAll(!0);return}let e=this.rowModel.stoppable(!0),t=()=>this.actions.cancel(e,!1,!0);this.send(e,Fs(t),Ht,e)}stopListed(){this.rowModel.isFiltered?this.stop(this.rowModel.stoppable(!1)):this.stopAll(!1)}retry(e,t="submitted again"){let s=e.filter(r=>{let l=this.store.get(r);return l!==void 0&&le(l.status)&&!this.pending.has(r)});if(s.length===0)return;let o=s.length===1?"its future":"their futures",i=async()=>{let{trouble:r}=await this.actions.retry(s);return r||`${I(s.length)} ${t}, if the program still holds ${o}`};this.send(s,i,"Nothing was retried",[])}stopAll(e){let{counts:t,rows:s}=this.store,o=this.plan(e?s.filter(({status:l})=>U(l)):s,!1),i=Ie(t),r=e?0:t.running;this.confirmed({...o,running:r,total:r+i},()=>{let l=()=>this.actions.cancelAll(e);this.send(o.ids,Fs(l),Ht,o.toCome,i+r>0)})}plan(e,t){return zs(e,t,s=>this.actions.ownerOf?.(s)??"")}confirmed(e,t){Fe(e)?this.events.ask(De(e),e.force?"Kill":"Cancel them",t):t()}send(e,t,s,o,i=e.length>0){if(i){for(let r of e)this.pending.add(r);this.events.changed(),t().then(r=>{r===""&&o.length>0?this.offerUndo(o):r!==""&&this.events.notice(r)}).catch(r=>{let l=r instanceof Error?r.message:String(r);this.events.notice(`${s}: ${l}`)}).finally(()=>{for(let r of e)this.pending.delete(r);this.events.changed()})}}offerUndo(e){let t=e.length===1?"a queued task":`${M(e.length)} queued tasks`;this.events.notice(`Requested the cancel of ${t}`,()=>{let s=e.filter(o=>this.store.get(o)?.cancelResolution==="never_started");s.length>0?this.retry(s,"submitted again as new"):this.events.notice("Nothing to undo: none of them is cancelled")})}};function Fs(n){return async()=>(await n()).trouble}function Go(n){return n<=0?"":`${I(n)} ${n===1?"was":"were"} done before the cancel was requested`}var at=class{constructor(e){this.leave=e;let t=be("question");this.text=u("span","scl-question",{id:t}),this.yes=P("scl-yes","",()=>{this.answer(!0)});let s=P("scl-no","Keep",()=>{this.answer(!1)});this.node=u("div","scl-confirm",{role:"alertdialog","aria-labelledby":t},this.text,u("span","scl-answers",{},this.yes,s)),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{let i=Wo.get(o.key);i!==void 0&&!o.ctrlKey&&!o.metaKey&&!o.altKey&&(o.preventDefault(),this.answer(i))})}node;text;yes;proceed=null;get isOpen(){return this.proceed!==null}ask(e,t,s){this.proceed=s,y(this.text,e),y(this.yes,t),this.node.hidden=!1,this.yes.focus()}close(){let e=X(this.node);this.proceed=null,this.node.hidden=!0,e&&this.leave()}answer(e){let{proceed:t}=this;this.close(),e&&t?.()}},Wo=new Map([["y",!0],["n",!1],["Escape",!1]]);function js(n){return typeof n=="object"?n.key:n}function Hs(n,e){let t=n.length;return new Proxy(n,{get(s,o,i){if(typeof o=="string"){let r=o.charCodeAt(0);if(r>=48&&r<=57){let l=+o;if(Number.isInteger(l)&&l>=0&&l<t){let a=s[l];if(typeof a!="object"){let c=e[l*2];a=s[l]={index:l,key:a,start:c,size:e[l*2+1],end:c+e[l*2+1],lane:0}}return a}}if(o==="length")return t}return Reflect.get(s,o,i)}})}function pe(n,e,t){let s=t.initialDeps??[],o,i=!0;function r(){var l;let c=0,d=n();if(!(d.length!==s.length||d.some((p,w)=>s[w]!==p)))return o;s=d;let f=0;return o=e(...d),t?.onChange&&!(i&&t.skipInitialOnChange)&&t.onChange(o),i=!1,o}return r.updateDeps=l=>{s=l},r}function Gt(n,e){if(n===void 0)throw new Error(`Unexpected undefined${e?`: ${e}`:""}`);return n}var ee=(n,e)=>Math.abs(n-e)<1.01,Gs=(n,e,t)=>{let s;return Object.assign(function(...o){n.clearTimeout(s),s=n.setTimeout(()=>e.apply(this,o),t)},{cancel:()=>{n.clearTimeout(s)}})};function Ws({offset:n,isScrolling:e,elementMax:t,holdOffset:s,scrollOffset:o,pendingWrite:i,clampedMaxAtWrite:r}){var l;return e&&i===null&&n===o?"spurious":i!==null&&Math.abs(n-i.target)<1.5?"readBack":i!==null&&!i.smooth&&t!==null&&i.target>t+s+.5&&Math.abs(n-(t+s))<1.5||i!==null&&!i.smooth&&((l=i.lowMaxes)!=null&&l.some(a=>Math.abs(n-a)<1.5))?"clampedReadBack":r!==null&&Math.abs(n-r)<1.5?"clampedEcho":"external"}var qo=n=>n==="smooth"||n==="smoothFinishing";function qs({kind:n,offset:e,command:t,target:s}){return n!=="spurious"&&n!=="readBack"&&n!=="clampedReadBack"&&t?.index!=null&&t.phase!=="queued"&&!qo(t.phase)&&!ee(e,t.lastTargetOffset)&&!ee(e,s())&&n!=="clampedEcho"}var Wt=40;function Bs(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<Wt;)t--;if(t<0)return!1;let s=n[t],o=t-1;for(;o>=0&&s.t-n[o].t<Wt;)o--;if(o<0)return!1;let i=n[o],r=(e.offset-s.offset)/(e.t-s.t),l=(s.offset-i.offset)/(s.t-i.t);return r*l>=0&&Math.abs(r)>=2*Math.abs(l)&&Math.abs(r)-Math.abs(l)>=.8}function Ks(n){let e=n[n.length-1];if(e===void 0)return!1;let t=n.length-2;for(;t>=0&&e.t-n[t].t<Wt;)t--;if(t<0)return!1;let s=n[t];return Math.abs(e.offset-s.offset)/(e.t-s.t)>=.05}var je,He=()=>{if(je!==void 0)return je;if(typeof navigator>"u")return je=!1;if(/iP(hone|od|ad)/.test(navigator.userAgent))return je=!0;let n=navigator.maxTouchPoints;return je=navigator.platform==="MacIntel"&&n!==void 0&&n>0},qt,Bo=()=>qt!==void 0?qt:qt=He()&&typeof CSS<"u"&&typeof CSS.supports=="function"&&CSS.supports("overflow-anchor: auto"),Us=()=>!He()||Bo();var ke={capture:!0,passive:!0},ct=class{constructor(e){this.host=e,this._touch=null,this.inMotion=()=>this._touch!==null&&this._touch.phase!=="lateFling",this.dragging=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved},this.tail=()=>{var t;return((t=this._touch)==null?void 0:t.phase)==="tail"?this._touch.moved?"fling":"tap":null},this.onScroll=({isScrolling:t,ownReadBack:s,moved:o,external:i})=>{var r,l,a;return t&&((r=this._touch)==null?void 0:r.phase)==="tail"?this._openTail(this._touch.moved||!s,!1):((l=this._touch)==null?void 0:l.phase)==="lateFling"&&(this.host.now()>this._touch.until?this._touch=null:i&&t&&o&&this._openTail(!0,!1)),!s&&t&&o&&((a=this._touch)==null?void 0:a.phase)==="down"?(this._touch.moved=!0,!0):!1},this.touchStart=()=>{this.end(),this._touch={phase:"down",moved:!1}},this.touchEnd=()=>{var t;let s=((t=this._touch)==null?void 0:t.phase)==="down"&&this._touch.moved;this.end(),this._openTail(s,s)},this.end=()=>{var t;let s=this.host.getWindow();((t=this._touch)==null?void 0:t.phase)==="tail"&&s!=null&&s.clearTimeout(this._touch.timerId),this._touch=null},this.listen=t=>{let s=()=>this.touchStart(),o=()=>this.touchEnd();return t.addEventListener("touchstart",s,ke),t.addEventListener("touchend",o,ke),t.addEventListener("touchcancel",o,ke),()=>{t.removeEventListener("touchstart",s,ke),t.removeEventListener("touchend",o,ke),t.removeEventListener("touchcancel",o,ke),this.end()}},this._openTail=(t,s)=>{let o=this.host.getWindow();if(o==null)return;this.end();let i={phase:"tail",moved:t,awaitingFling:s,timerId:o.setTimeout(()=>{if(this.host.tailStillMoving()){this._openTail(i.moved,i.awaitingFling);return}this._touch=i.awaitingFling?{phase:"lateFling",until:this.host.now()+1e3}:null,this.host.onTailClosed()},150)};this._touch=i}}get touch(){return this._touch}};var Vs=n=>{let{clientWidth:e,clientHeight:t}=n;return{width:e,height:t}},Ys=n=>{let e=new Set;return{schedule:t=>{let s=n.requestAnimationFrame(()=>{e.delete(s),t()});e.add(s)},cancel:()=>{e.forEach(t=>n.cancelAnimationFrame(t)),e.clear()}}},Ko=n=>n,Uo=n=>{let e=n.overscan*Math.max(n.lanes??1,1),t=Math.max(n.startIndex-e,0),o=Math.min(n.endIndex+e,n.count-1)-t+1,i=new Array(o);for(let r=0;r<o;r++)i[r]=t+r;return i},Qs=(n,e)=>{let t=n.scrollElement;if(!t)return;let s=n.targetWindow;if(!s)return;let o=l=>{let{width:a,height:c}=l;e({width:Math.round(a),height:Math.round(c)})};if(o(Vs(t)),!s.ResizeObserver)return()=>{};let i=Ys(s),r=new s.ResizeObserver(()=>{let l=()=>{o(Vs(t))};n.options.useAnimationFrameWithResizeObserver?i.schedule(l):l()});return r.observe(t,{box:"content-box"}),()=>{r.unobserve(t),i.cancel()}},Js={passive:!0};var Vo=typeof window>"u"?!0:"onscrollend"in window,Jo=(n,e,t)=>{let s=n.scrollElement;if(!s)return;let o=n.targetWindow;if(!o)return;let i=n.options.useScrollendEvent&&Vo,r=0,l=i?null:Gs(o,()=>e(t(s),!1),n.options.isScrollingResetDelay),a=h=>()=>{r=t(s),l?.(),e(r,h)},c=a(!0),d=a(!1);return s.addEventListener("scroll",c,Js),i&&s.addEventListener("scrollend",d,Js),()=>{s.removeEventListener("scroll",c),i&&s.removeEventListener("scrollend",d),l?.cancel()}},Zs=(n,e)=>Jo(n,e,t=>{let{horizontal:s,isRtl:o}=n.options;return s?t.scrollLeft*(o&&-1||1):t.scrollTop});var Xo=(n,e,t)=>{if(t.options.useCachedMeasurements){let s=t.indexFromElement(n),o=t.options.getItemKey(s);return t.itemSizeCache.get(o)??t.options.estimateSize(s)}if(e?.borderBoxSize){let s=e.borderBoxSize[0];if(s)return Math.round(s[t.options.horizontal?"inlineSize":"blockSize"])}if(!e){let s=t.indexFromElement(n),o=t.options.getItemKey(s),i=t.itemSizeCache.get(o);if(i!==void 0)return i}return n[t.options.horizontal?"offsetWidth":"offsetHeight"]},Yo=(n,{adjustments:e=0,behavior:t},s)=>{var o;let{scrollElement:i,options:r}=s,l=n+e,a=r.horizontal&&r.isRtl&&i!==null&&"ownerDocument"in i;(o=i?.scrollTo)==null||o.call(i,{[r.horizontal?"left":"top"]:a?-l:l,behavior:t})};var en=Yo,Xs=(n,e)=>n==="smooth"?e?"smoothLanded":"smooth":"instant",Ge=n=>n?.phase==="smooth"||n?.phase==="smoothLanded";function Qo(n,e,t,s){if(e===0)return!1;let o=s(0),i=new Set,r=0;for(;r<n;){let a=t(r);if(a===o)break;i.add(a),r++}let l=n-r;if(l===0||l>=e)return!1;for(let a=0;a<l;a++)if(s(a)!==t(r+a))return!1;for(let a=l;a<e;a++)if(i.has(s(a)))return!1;return!0}var dt=class{constructor(e){this.unsubs=[],this.scrollElement=null,this.targetWindow=null,this.isScrolling=!1,this.scrollState=null,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache=new Map,this.itemSizeCacheVersion=0,this.laneAssignments=new Map,this.pendingMin=null,this.prevLanes=void 0,this.lanesChangedFlag=!1,this.lanesSettling=!1,this.pendingScrollAnchor=null,this.scrollRect=null,this.scrollOffset=null,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._iosGesture=new ct({getWindow:()=>this.targetWindow,now:()=>this.now(),tailStillMoving:()=>{let t=this.scrollState;if(t?.phase!=="queued"||this.pendingWrite!==null)return!1;let s=this._readElementOffset();return s===null||this._lastElementOffset===null||Math.abs(s-this._lastElementOffset)<1?!1:(this._lastElementOffset=s,t.samples=[...t.samples??[],{t:this.now(),offset:s}],!0)},onTailClosed:()=>{let t=this.scrollState;t?.phase==="queued"&&Ks(t.samples??[])&&(this.scrollState=null),this._flushHoldIfReady(!0),this._writeAwaitingCommand(),this._retryClampedAdjustment()}}),this._lastElementOffset=null,this.pendingWrite=null,this._clampedAdjustment=null,this.elementsCache=new Map,this._resizeBatch=null,this.now=()=>{var t,s,o;return((o=(s=(t=this.targetWindow)==null?void 0:t.performance)==null?void 0:s.now)==null?void 0:o.call(s))??Date.now()},this.observer=(()=>{let t=null,s=null,o=!1,i=!1,r=new Set,l=()=>{if(t)return t;let c=this.targetWindow;if(!c||!c.ResizeObserver)return null;let d=s=Ys(c);return t=new c.ResizeObserver(h=>{let f=()=>{let p={sync:!1};this._resizeBatch=p;try{h.forEach(a)}finally{this._resizeBatch=null,p.notify&&(this.notify(p.sync),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment(),this.measureElement(null))}};if(this.options.useAnimationFrameWithResizeObserver)d.schedule(f);else{o=!0;try{f()}finally{o=!1}}})},a=c=>{let d=c.target,h=this.indexFromElement(d);if(!d.isConnected){this.observer.unobserve(d);for(let[f,p]of this.elementsCache)if(p===d){this.elementsCache.delete(f);break}return}this.isIndexInRange(h)&&this.shouldMeasureDuringScroll(h)&&this.resizeItem(h,this.options.measureElement(d,c,this))};return{disconnect:()=>{var c;(c=l())==null||c.disconnect(),s?.cancel(),r.clear(),i=!1,t=null,s=null},observe:c=>{let d=l();if(d){if(!o){d.observe(c,{box:"border-box"});return}r.add(c),i||(i=!0,s?.schedule(()=>{i=!1,r.forEach(h=>{h.isConnected&&t?.observe(h,{box:"border-box"})}),r.clear()}))}},unobserve:c=>{var d;r.delete(c),(d=l())==null||d.unobserve(c)}}})(),this.range=null,this.setOptions=t=>{var s;let o={debug:!1,initialOffset:0,overscan:1,paddingStart:0,paddingEnd:0,scrollPaddingStart:0,scrollPaddingEnd:0,horizontal:!1,getItemKey:Ko,rangeExtractor:Uo,onChange:()=>{},measureElement:Xo,initialRect:{width:0,height:0},scrollMargin:0,gap:0,indexAttribute:"data-index",initialMeasurementsCache:[],lanes:1,anchorTo:"start",followOnAppend:!1,scrollEndThreshold:1,isScrollingResetDelay:150,enabled:!0,isRtl:!1,useScrollendEvent:!1,useAnimationFrameWithResizeObserver:!1,laneAssignmentMode:"estimate",useCachedMeasurements:!1};for(let d in t){let h=t[d];h!==void 0&&(o[d]=h)}let i=this.options,r=null,l=null,a=!1;if(i!==void 0&&i.enabled&&o.enabled&&o.anchorTo==="end"&&this.scrollElement!==null){let d=i.count,h=o.count,f=this.getMeasurements(),p=((s=this._singleLaneMeasurements)==null?void 0:s.items)??f,w=g=>js(p[g]),E=d>0?w(0):null,_=d>0?w(d-1):null;if(h!==d||d>0&&h>0&&(o.getItemKey(0)!==E||o.getItemKey(h-1)!==_)){a=!0;let g=d>0?this.getVirtualItemForOffset(this.getScrollOffset())??f[0]:null;g&&(r=[g.key,this.getScrollOffset()-g.start]);let F=o.followOnAppend===!0?"auto":o.followOnAppend||null;F&&h>0&&this.isAtEnd(i.scrollEndThreshold)&&(d===0||o.getItemKey(h-1)!==_)&&(h>d||Qo(d,h,w,o.getItemKey))&&(l=F)}}this.options=o,a&&(this.pendingMin=0,this.itemSizeCacheVersion++);let c=null;if(r&&this.scrollOffset!==null&&!this._awaitingCommandReadBack()){let[d,h]=r,f=this.getMeasurements(),{count:p,getItemKey:w}=this.options,E=0;for(;E<p&&w(E)!==d;)E++;if(E<p){let _=f[E];if(_){let O=Math.max(0,_.start+h);!l&&O!==this.scrollOffset&&(c=O-this.scrollOffset,this.scrollOffset=O)}}}l?this.pendingScrollAnchor={kind:"follow",behavior:l}:c!==null&&(this._canWriteScroll()?this.pendingScrollAnchor={kind:"anchor",delta:c}:(this._holdOffset+=c,this._followOffsetTarget(c)))},this.notify=t=>{var s,o;(o=(s=this.options).onChange)==null||o.call(s,this,t)},this.maybeNotify=pe(()=>(this.calculateRange(),[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]),t=>{this.notify(t)},{key:!1,debug:()=>this.options.debug,initialDeps:[this.isScrolling,this.range?this.range.startIndex:null,this.range?this.range.endIndex:null]}),this.cleanup=()=>{var t;this.unsubs.filter(Boolean).forEach(s=>s()),this.unsubs=[],this.observer.disconnect(),this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null,(t=this._momentumStop)==null||t.restore(),this._momentumStop=null,this.isScrolling=!1,this.scrollDirection=null,this._holdOffset=0,this._reportedOverscroll=!1,this._clampedAdjustment=null,this.pendingWrite=null,this.scrollElement=null,this.targetWindow=null},this._didMount=()=>()=>{this.cleanup()},this._willUpdate=()=>{var t;let s=this.options.enabled?this.options.getScrollElement():null;if(this.scrollElement!==s){if(this.cleanup(),!s){this.maybeNotify();return}this.scrollElement=s,this.scrollElement&&"ownerDocument"in this.scrollElement?this.targetWindow=this.scrollElement.ownerDocument.defaultView:this.targetWindow=((t=this.scrollElement)==null?void 0:t.window)??null,this.elementsCache.forEach(i=>{this.observer.observe(i)}),this.unsubs.push(this.options.observeElementRect(this,i=>{this.scrollRect=i,this.maybeNotify()})),this.unsubs.push(this.options.observeElementOffset(this,(i,r)=>{var l,a,c,d;let h=r?this._elementMaxScrollOffset():null,f=this._reportedOverscroll;this._reportedOverscroll=i<0||h!==null&&i>h+1;let p=i;this._lastElementOffset=p,i=this._toLayoutOffset(i);let w=this._classifyScrollEvent(i,r,h);if(w==="spurious")return;w==="readBack"?i=this.pendingWrite.target:w==="clampedReadBack"&&((l=this.scrollState)==null?void 0:l.index)!=null&&i<this.getMaxScrollOffset()-1.5?this.scrollState.lastTargetOffset=i:qs({kind:w,offset:i,command:this.scrollState,target:()=>this.getScrollStateTarget(this.scrollState)})&&(this.scrollState=null),this.pendingWrite=null,this._clampedAdjustment!==null&&Math.abs(i-this._clampedAdjustment.maxAtWrite)>=1.5&&(this._clampedAdjustment=null);let E=this.getScrollOffset(),_=this.scrollDirection;this.scrollDirection=r?E===i?this.scrollDirection:E<i?"forward":"backward":null,this.scrollOffset=i,this.isScrolling=r;let O=this.scrollState;if(O?.phase==="queued"&&w==="external"&&r)if(f||this._reportedOverscroll)O.samples=[];else{let v=this.now();O.samples=[...(O.samples??[]).filter(g=>v-g.t<=200),{t:v,offset:p}],(_!==null&&this.scrollDirection!==_||Bs(O.samples))&&(this.scrollState=null)}this._iosGesture.onScroll({isScrolling:r,ownReadBack:w==="readBack",moved:i!==E,external:w==="external"&&((a=this.scrollState)==null?void 0:a.phase)!=="smooth"&&((c=this.scrollState)==null?void 0:c.phase)!=="smoothFinishing"})&&((d=this.scrollState)==null?void 0:d.phase)==="queued"&&(this.scrollState=null),this._flushHoldIfReady(!0),this.scrollState&&this.scheduleScrollReconcile(),this.maybeNotify()})),"addEventListener"in this.scrollElement&&this.unsubs.push(this._iosGesture.listen(this.scrollElement)),this._scrollToOffset(this.getScrollOffset())}this._noteClampMax();let o=this.pendingScrollAnchor;this.pendingScrollAnchor=null,o&&this.scrollElement&&this.options.enabled&&(o.kind==="anchor"?this._canWriteScroll()?Ge(this.scrollState)&&!ee(this.getScrollOffset()-o.delta,this.scrollState.lastTargetOffset)||(this._followOffsetTarget(o.delta),this._scrollToOffset(this.getScrollOffset())):(this._holdOffset+=o.delta,this._followOffsetTarget(o.delta),this.notify(!1)):this.scrollToEnd({behavior:o.behavior})),this._flushHoldIfReady(!1),this._retryClampedAdjustment()},this._classifyScrollEvent=(t,s,o)=>{var i;return Ws({offset:t,isScrolling:s,elementMax:o,holdOffset:this._holdOffset,scrollOffset:this.scrollOffset,pendingWrite:this.pendingWrite,clampedMaxAtWrite:((i=this._clampedAdjustment)==null?void 0:i.maxAtWrite)??null})},this._retryClampedAdjustment=()=>{if(this._clampedAdjustment===null||!this.scrollElement||!this.options.enabled||!this._canWriteScroll())return;let{target:t,maxAtWrite:s}=this._clampedAdjustment,o=this.getMaxScrollOffset();o>s+.5&&(this._clampedAdjustment=t>o+.5?{target:t,maxAtWrite:o}:null,this._scrollToOffset(t))},this._writeAwaitingCommand=()=>{let t=this.scrollState;if(t===null||t.phase!=="queued")return;let{behavior:s}=t;this.getMeasurements();let o=this.getScrollStateTarget(t);t.lastTargetOffset=o,this._clampedAdjustment=null,t.phase=Xs(s,t.index!=null&&ee(o,this.getScrollOffset())),this._scrollToOffset(o,{behavior:s}),this.scheduleScrollReconcile()},this._readElementOffset=()=>{let t=this.scrollElement;if(t==null)return null;let{horizontal:s,isRtl:o}=this.options;return typeof t.scrollTop=="number"?s?t.scrollLeft*(o&&-1||1):t.scrollTop:typeof t.scrollY=="number"?s?t.scrollX:t.scrollY:null},this._canWriteScroll=()=>!(He()&&this._iosGesture.inMotion())&&!this._reportedOverscroll,this._flushHoldIfReady=t=>{var s;if(this._holdOffset===0||!this.scrollElement||!this.options.enabled||!this._canWriteScroll()||((s=this.scrollState)==null?void 0:s.phase)==="smooth")return;this._holdOffset=0,this.scrollOffset!==null&&this.scrollOffset<0&&(this.scrollOffset=0),this.notify(t);let o=this.getCommandWrittenOffset()??this.getScrollOffset();this._clampedAdjustment=this._clampedBy(o),this._scrollToOffset(o)},this.rafId=null,this.getSize=()=>this.options.enabled?(this.scrollRect=this.scrollRect??this.options.initialRect,this.scrollRect[this.options.horizontal?"width":"height"]):(this.scrollRect=null,0),this.getScrollOffset=()=>this.options.enabled?(this.scrollOffset=this.scrollOffset??(typeof this.options.initialOffset=="function"?this.options.initialOffset():this.options.initialOffset),this.scrollOffset):(this.scrollOffset=null,0),this.getMeasurementOptions=pe(()=>[this.options.count,this.options.paddingStart,this.options.scrollMargin,this.options.getItemKey,this.options.enabled,this.options.lanes,this.options.laneAssignmentMode,this.options.gap],(t,s,o,i,r,l,a,c)=>(this.prevLanes!==void 0&&this.prevLanes!==l&&(this.lanesChangedFlag=!0),this.prevLanes=l,this.pendingMin=null,{count:t,paddingStart:s,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:c}),{key:!1}),this.isIndexInRange=t=>t>=0&&t<this.options.count,this.getMeasurements=pe(()=>[this.getMeasurementOptions(),this.itemSizeCacheVersion],({count:t,paddingStart:s,scrollMargin:o,getItemKey:i,enabled:r,lanes:l,laneAssignmentMode:a,gap:c},d)=>{var h;let f=this.itemSizeCache;if(!r)return this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),[];if(this.laneAssignments.size>t)for(let v of this.laneAssignments.keys())v>=t&&this.laneAssignments.delete(v);this.lanesChangedFlag&&(this.lanesChangedFlag=!1,this.lanesSettling=!0,this.measurementsCache=[],this._singleLaneMeasurements=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.pendingMin=null),this.measurementsCache.length===0&&!this.lanesSettling&&(this.measurementsCache=this.options.initialMeasurementsCache,this.measurementsCache.forEach(v=>{this.itemSizeCache.set(v.key,v.size)}));let p=this.lanesSettling?0:this.pendingMin??0;if(this.pendingMin=null,this.lanesSettling&&this.measurementsCache.length===t&&(this.lanesSettling=!1),l===1){let v=t*2,g=(h=this._singleLaneMeasurements)==null?void 0:h.flat;if(!g||g.length<v){let A=new Float64Array(v);g&&p>0&&A.set(g.subarray(0,p*2)),g=A}let F=p===0?new Array(t):this._singleLaneMeasurements.items.slice(),T;if(p===0)T=s+o;else{let A=p-1;T=g[A*2]+g[A*2+1]+c}for(let A=p;A<t;A++){let te=i(A);F[A]=te;let Y=f.get(te),se=typeof Y=="number"?Y:this.options.estimateSize(A);g[A*2]=T,g[A*2+1]=se,T+=se+c}this._singleLaneMeasurements={flat:g,items:F};let H=Hs(F,g);return this.measurementsCache=H,H}let w=this.measurementsCache.slice(0,p),E=new Array(l).fill(void 0),_=new Float64Array(l),O=0;for(let v=0;v<p;v++){let g=w[v];g&&(E[g.lane]===void 0&&O++,E[g.lane]=v,_[g.lane]=g.end)}for(let v=p;v<t;v++){let g=i(v),F=this.laneAssignments.get(v),T,H,A=a==="estimate"||f.has(g);if(F!==void 0&&this.options.lanes>1){T=F;let ne=E[T],Q=ne!==void 0?w[ne]:void 0;H=Q?Q.end+c:s+o}else if(O===l){let ne=0,Q=_[0],ye=E[0];for(let oe=1;oe<l;oe++){let _e=_[oe];(_e<Q||_e===Q&&E[oe]<ye)&&(ne=oe,Q=_e,ye=E[oe])}T=ne,H=Q+c,A&&this.laneAssignments.set(v,T)}else T=v%this.options.lanes,H=s+o,A&&this.laneAssignments.set(v,T);let te=f.get(g),Y=typeof te=="number"?te:this.options.estimateSize(v),se=H+Y;w[v]={index:v,start:H,size:Y,end:se,key:g,lane:T},E[T]===void 0&&O++,E[T]=v,_[T]=se}return this.measurementsCache=w,w},{key:!1,debug:()=>this.options.debug}),this.calculateRange=pe(()=>[this.getMeasurements(),this.getSize(),this.getScrollOffset(),this.options.lanes,this._getLayoutTotalSize()+this.options.scrollMargin],(t,s,o,i,r)=>{if(t.length===0||s===0)return this.range=null,null;let l=Math.max(r-s,0);return this.range=ei(t,s,Math.min(o,l),i,i===1&&this._singleLaneMeasurements!==null?this._singleLaneMeasurements.flat:null),this.range},{key:!1,debug:()=>this.options.debug}),this.getVirtualIndexes=pe(()=>{let t=null,s=null,o=this.calculateRange();return o&&(t=o.startIndex,s=o.endIndex),this.maybeNotify.updateDeps([this.isScrolling,t,s]),[this.options.rangeExtractor,this.options.overscan,this.options.count,t,s,this.options.lanes]},(t,s,o,i,r,l)=>i===null||r===null?[]:t({startIndex:i,endIndex:r,overscan:s,count:o,lanes:l}),{key:!1,debug:()=>this.options.debug}),this.indexFromElement=t=>{let s=this.options.indexAttribute,o=t.getAttribute(s);return o?parseInt(o,10):(console.warn(`Missing attribute name '${s}={index}' on measured element.`),-1)},this.shouldMeasureDuringScroll=t=>{var s;if(!Ge(this.scrollState))return!0;let o=this.scrollState.index??((s=this.getVirtualItemForOffset(this.scrollState.lastTargetOffset))==null?void 0:s.index);if(o!==void 0&&this.range){let i=Math.max(this.options.overscan,Math.ceil((this.range.endIndex-this.range.startIndex)/2)),r=Math.max(0,o-i),l=Math.min(this.options.count-1,o+i);return t>=r&&t<=l}return!0},this.measureElement=t=>{if(!t){this.elementsCache.forEach((r,l)=>{r.isConnected||(this.observer.unobserve(r),this.elementsCache.delete(l))});return}let s=this.indexFromElement(t);if(!this.isIndexInRange(s))return;let o=this.options.getItemKey(s),i=this.elementsCache.get(o);i!==t&&(i&&this.observer.unobserve(i),this.observer.observe(t),this.elementsCache.set(o,t)),t.isConnected&&(!this.isScrolling||this.scrollState)&&this.shouldMeasureDuringScroll(s)&&this.resizeItem(s,this.options.measureElement(t,void 0,this))},this.resizeItem=(t,s)=>{var o,i,r;if(!this.isIndexInRange(t))return;(o=this._resizeBatch)!=null&&o.sync&&this.getMeasurements();let l,a,c,d=(i=this._singleLaneMeasurements)==null?void 0:i.flat;if(this.options.lanes===1&&d!=null)c=this.options.getItemKey(t),a=d[t*2],l=d[t*2+1];else{let p=this.measurementsCache[t];if(!p)return;c=p.key,a=p.start,l=p.size}let h=this.itemSizeCache.get(c)??l,f=s-h;if(f!==0){let p=this.options.anchorTo==="end"&&!Ge(this.scrollState)&&this.getVirtualDistanceFromEnd()<=this.options.scrollEndThreshold,w=p?this._getLayoutTotalSize():0,E=this.getScrollOffset(),O=!this.itemSizeCache.has(c)?a<E:a+h<=E&&this.scrollDirection!=="backward",v=!Ge(this.scrollState)&&(this.shouldAdjustScrollPositionOnItemSizeChange!==void 0?this.shouldAdjustScrollPositionOnItemSizeChange(this.measurementsCache[t]??{index:t,key:c,start:a,size:l,end:a+l,lane:0},f,this):O);(this.pendingMin===null||t<this.pendingMin)&&(this.pendingMin=t),this.itemSizeCache.set(c,s),this.itemSizeCacheVersion++;let g=!1;if(this._awaitingCommandReadBack()||(p?g=this.applyScrollAdjustment(this._getLayoutTotalSize()-w):v&&(g=this.applyScrollAdjustment(f))),this._resizeBatch){this._resizeBatch.notify=!0,(r=this._resizeBatch).sync||(r.sync=g);return}this.notify(g),this._noteClampMax(),this._flushHoldIfReady(!0),this._retryClampedAdjustment()}},this.getVirtualItems=pe(()=>[this.getVirtualIndexes(),this.getMeasurements(),this._holdOffset],(t,s,o)=>{let i=[];for(let r=0,l=t.length;r<l;r++){let a=t[r],c=s[a];i.push(o===0?c:{...c,start:c.start-o,end:c.end-o})}return i},{key:!1,debug:()=>this.options.debug}),this.getVirtualItemForOffset=t=>{var s;let o=this.getMeasurements();if(o.length===0)return;let i=(s=this._singleLaneMeasurements)==null?void 0:s.flat,r=this.options.lanes===1&&i!=null,l=tn(0,o.length-1,r?a=>i[a*2]:a=>Gt(o[a]).start,t);return Gt(o[l])},this._noteClampMax=()=>{if(!this._awaitingCommandReadBack())return;let t=this._elementMaxScrollOffset();if(t===null)return;let s=this.pendingWrite,o=Math.max(t,0)+this._holdOffset;if(o>=s.target)return;let i=s.lowMaxes??(s.lowMaxes=[]);i[i.length-1]!==o&&i.push(o)},this.getMaxScrollOffset=()=>(this._elementMaxScrollOffset()??0)+this._holdOffset,this._toLayoutOffset=t=>{var s;let o=t+this._holdOffset;return((s=this.pendingScrollAnchor)==null?void 0:s.kind)==="anchor"&&(o+=this.pendingScrollAnchor.delta),o},this._elementMaxScrollOffset=()=>{let t=this.scrollElement;if(t===null)return null;if("scrollHeight"in t)return this.options.horizontal?t.scrollWidth-t.clientWidth:t.scrollHeight-t.clientHeight;if("document"in t){let s=t.document.documentElement;return this.options.horizontal?s.scrollWidth-t.innerWidth:s.scrollHeight-t.innerHeight}return null},this._momentumStop=null,this._stopMomentum=t=>{let s=this.scrollElement,o=this.targetWindow;if(s===null||o===null)return;let i="document"in s?s.document.scrollingElement:s;if(!i?.style)return;if(this._momentumStop){this._momentumStop.done=t;return}let{style:r}=i,l=this.options.horizontal?"overflow-x":"overflow-y",a=r.getPropertyValue(l),c=r.getPropertyPriority(l),d=()=>this.options.horizontal?i.clientHeight:i.clientWidth,h=d();if(r.setProperty(l,"hidden","important"),d()!==h){r.setProperty(l,a,c);return}let f={restore:()=>r.getPropertyValue(l)!=="hidden"||r.getPropertyPriority(l)!=="important"?!1:(r.setProperty(l,a,c),!0),done:t};this._momentumStop=f,o.requestAnimationFrame(()=>o.requestAnimationFrame(()=>{this._momentumStop===f&&(this._momentumStop=null,f.restore()&&f.done())}))},this._clampedBy=t=>{let s=this._elementMaxScrollOffset();if(s===null)return null;let o=s+this._holdOffset;return t>o+.5?{target:t,maxAtWrite:o}:null},this.getVirtualDistanceFromEnd=()=>Math.max(this._getLayoutTotalSize()+this.options.scrollMargin-this.getSize()-this.getScrollOffset(),0),this.getDistanceFromEnd=()=>Math.max(this.getMaxScrollOffset()-this.getScrollOffset(),0),this.isAtEnd=(t=this.options.scrollEndThreshold)=>this.getDistanceFromEnd()<=t,this.getOffsetForAlignment=(t,s,o=0)=>{if(!this.scrollElement)return 0;let i=this.getSize(),r=this.getScrollOffset();s==="auto"&&(s=t>=r+i?"end":"start"),s==="center"?t+=(o-i)/2:s==="end"&&(t-=i);let l=this.getMaxScrollOffset();return Math.max(Math.min(l,t),0)},this.getOffsetForIndex=(t,s="auto")=>{t=Math.max(0,Math.min(t,this.options.count-1));let o=this.getSize(),i=this.getScrollOffset(),r=this.getMeasurements()[t];if(!r)return;if(s==="auto")if(r.end>=i+o-this.options.scrollPaddingEnd)s="end";else if(r.start<=i+this.options.scrollPaddingStart)s="start";else return[i,s];if(s==="end"&&t===this.options.count-1){let a=this.getMaxScrollOffset(),c=a-this.options.paddingEnd+this.options.scrollPaddingEnd;return[Math.max(Math.min(c,a),0),s]}let l=s==="end"?r.end+this.options.scrollPaddingEnd:r.start-this.options.scrollPaddingStart;return[this.getOffsetForAlignment(l,s,r.size),s]},this.scrollToOffset=(t,{align:s="start",behavior:o="auto"}={})=>{this._startScroll({index:null,align:s},this.getOffsetForAlignment(t,s),o,"absolute")},this.scrollToIndex=(t,{align:s="auto",behavior:o="auto"}={})=>{t=Math.max(0,Math.min(t,this.options.count-1));let i=this.getOffsetForIndex(t,s);if(!i)return;let[r,l]=i;this._startScroll({index:t,align:l},r,o,"absolute")},this.scrollBy=(t,{behavior:s="auto"}={})=>{let o=this.getOffsetForAlignment((this.getCommandWrittenOffset()??this.getScrollOffset())+t,"start");this._startScroll({index:null,align:"start"},o,s,"relative")},this.scrollToEnd=({behavior:t="auto"}={})=>{if(this.options.count>0){this._startScroll({index:this.options.count-1,align:"end",toEnd:!0},Math.max(this.getMaxScrollOffset(),0),t,"absolute");return}this.scrollToOffset(Math.max(this.getTotalSize()-this.getSize(),0),{behavior:t})},this.cancelScroll=()=>{this.rafId!=null&&this.targetWindow&&(this.targetWindow.cancelAnimationFrame(this.rafId),this.rafId=null),this.scrollState=null},this.getTotalSize=()=>Math.max(this._getLayoutTotalSize()-this._holdOffset,0),this._getLayoutTotalSize=()=>{var t,s;let o=this.getMeasurements(),i;if(o.length===0)i=this.options.paddingStart;else if(this.options.lanes===1){let r=o.length-1,l=(t=this._singleLaneMeasurements)==null?void 0:t.flat;l!=null?i=l[r*2]+l[r*2+1]:i=((s=o[r])==null?void 0:s.end)??0}else{let r=Array(this.options.lanes).fill(null),l=o.length-1;for(;l>=0&&r.some(a=>a===null);){let a=o[l];r[a.lane]===null&&(r[a.lane]=a.end),l--}i=Math.max(...r.filter(a=>a!==null))}return Math.max(i-this.options.scrollMargin+this.options.paddingEnd,0)},this.takeSnapshot=()=>{let t=[];if(this.itemSizeCache.size===0)return t;let s=this.getMeasurements();for(let o of s)o&&this.itemSizeCache.has(o.key)&&t.push({index:o.index,key:o.key,start:o.start,size:o.size,end:o.end,lane:o.lane});return t},this._scrollToOffset=(t,{adjustments:s,behavior:o}={})=>{let i={target:t+(s??0),smooth:o==="smooth"};return this.pendingWrite=i,this.options.scrollToFn(t-this._holdOffset,{behavior:o,adjustments:s},this),i},this.getCommandWrittenOffset=()=>this.scrollState!==null&&this.pendingWrite!==null&&!this.pendingWrite.smooth?this.pendingWrite.target:null,this._awaitingCommandReadBack=()=>{let t=this.getCommandWrittenOffset();return!(He()&&this._iosGesture.dragging())&&t!==null&&!ee(t,this.getScrollOffset())},this._followOffsetTarget=t=>{this.scrollState!==null&&this.scrollState.index==null&&(this.scrollState.lastTargetOffset+=t)},this.measure=()=>{this.pendingMin=null,this.itemSizeCache.clear(),this.laneAssignments.clear(),this.itemSizeCacheVersion++,this.notify(!1)},this.setOptions(e)}get scrollAdjustments(){return 0}applyScrollAdjustment(e,t){if(e===0)return!1;if(this._followOffsetTarget(e),this._canWriteScroll()){let s=this.getScrollOffset();this._clampedAdjustment=this._clampedBy(s+e);let o=this._scrollToOffset(s,{adjustments:e,behavior:t});return this.scrollOffset!==null&&(this.pendingWrite===o&&(this.scrollOffset+=e),this.scrollOffset<0&&(this.scrollOffset=0)),!0}else return this._holdOffset+=e,this.scrollOffset!==null&&(this.scrollOffset+=e),!0}scheduleScrollReconcile(){if(!this.targetWindow){this.scrollState=null;return}this.rafId==null&&(this.rafId=this.targetWindow.requestAnimationFrame(()=>{this.rafId=null,this.reconcileScroll()}))}getScrollStateTarget(e){let t=e.toEnd?[Math.max(this.getMaxScrollOffset(),0)]:e.index!=null?this.getOffsetForIndex(e.index,e.align):void 0;return t?t[0]:e.lastTargetOffset}reconcileScroll(){if(!this.scrollState||!this.scrollElement)return;if(this.now()-this.scrollState.startedAt>5e3){this.scrollState=null;return}if(this.scrollState.phase==="queued"){this.scheduleScrollReconcile();return}this.getMeasurements();let s=this.getScrollStateTarget(this.scrollState),o=this.scrollState.index==null?1:this.options.useAnimationFrameWithResizeObserver?3:2,i=s!==this.scrollState.lastTargetOffset;if(!i&&ee(s,this.getScrollOffset())){if(this.scrollState.phase==="smooth"?this.scrollState.phase="smoothLanded":this.scrollState.phase==="smoothFinishing"&&(this.scrollState.phase="instant"),this.scrollState.stableFrames++,this.scrollState.stableFrames>=o){this.getScrollOffset()!==s&&this._scrollToOffset(s,{behavior:"auto"}),this.scrollState=null;return}}else if(this.scrollState.stableFrames=0,i){let r=this.getSize()||600,l=Math.abs(s-this.getScrollOffset()),a=Ge(this.scrollState)&&l>r;this.scrollState.lastTargetOffset=s,a?this.scrollState.phase="smooth":this.scrollState.phase==="smooth"?this.scrollState.phase="smoothFinishing":this.scrollState.phase==="smoothLanded"&&(this.scrollState.phase="instant"),this._scrollToOffset(s,{behavior:a?"smooth":"auto"})}this.scheduleScrollReconcile()}_startScroll(e,t,s,o){this.pendingScrollAnchor=null,this._clampedAdjustment=null;let i=this._iosGesture.tail();if(o==="absolute"&&i!==null){if(i==="fling"&&Us()){this._stopMomentum(()=>{let r=this.scrollState;r?.phase!=="queued"||this._iosGesture.tail()!=="fling"||this._reportedOverscroll||(this._iosGesture.end(),this._flushHoldIfReady(!0),this._writeAwaitingCommand())}),this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,phase:"queued",behavior:s,samples:[]},this.scheduleScrollReconcile();return}this._iosGesture.end()}this.scrollState={...e,startedAt:this.now(),lastTargetOffset:t,stableFrames:0,behavior:s,phase:Xs(s,e.index!=null&&ee(t,this.getScrollOffset()))},this._scrollToOffset(t,{behavior:s}),this.scheduleScrollReconcile()}},tn=(n,e,t,s)=>{for(;n<=e;){let o=(n+e)/2|0,i=t(o);if(i<s)n=o+1;else if(i>s)e=o-1;else return o}return n>0?n-1:0};function Zo(n,e,t){let s=0;for(;s<=e;){let o=(s+e)/2|0,i=n[o*2];if(i<t)s=o+1;else if(i>t)e=o-1;else return o}return s>0?s-1:0}function ei(n,e,t,s,o){let i=n.length-1;if(n.length<=s)return{startIndex:0,endIndex:i};if(s===1&&o!==null){let c=Zo(o,i,t),d=c,h=t+e;for(;d<i&&o[d*2]+o[d*2+1]<h;)d++;return{startIndex:c,endIndex:d}}let l=tn(0,i,c=>n[c].start,t),a=l;if(s===1)for(;a<i&&n[a].end<t+e;)a++;else if(s>1){let c=Array(s).fill(0);for(;a<i&&c.some(h=>h<t+e);){let h=n[a];c[h.lane]=h.end,a++}let d=Array(s).fill(t+e);for(;l>=0&&d.some(h=>h>=t);){let h=n[l];d[h.lane]=h.start,l--}l=Math.max(0,l-l%s),a=Math.min(i,a+(s-1-a%s))}return{startIndex:l,endIndex:a}}var Bt=[["check","Selected",null],["state","State","state"],["number","#","number"],["name","Task","name"],["worker","Worker","worker"],["now","Now","note"],["time","Time","time"],["doing","Actions",null]],ti=16,ut=class{constructor(e,t){this.rowModel=e;this.events=t;this.node=u("div","scl-row scl-header",{role:"row","aria-rowindex":"1"});for(let[s,[o,i,r]]of Bt.entries())this.node.append(this.columnHead(s,o,i,r))}node;heads=new Map;draw(){let{key:e,descending:t}=this.rowModel.sort;for(let[s,o]of this.heads)C(o,"aria-sort",s===e?t?"descending":"ascending":"none")}columnHead(e,t,s,o){let i=u("div",`scl-cell scl-c-${t}`,{role:"columnheader","aria-colindex":String(e+1)});if(o===null)return i.append(u("span","scl-unseen",{},s)),i;let r=o==="state",l=u("button","scl-sort",{type:"button",tabindex:r?"0":"-1",title:`Sort by ${s.toLowerCase()}`},u("span",r?"scl-unseen":"",{},s));return l.addEventListener("click",()=>{this.rowModel.sortBy(o),this.events.changed()}),l.addEventListener("keydown",a=>{this.onHeadKey(a,l)}),i.append(l),o==="name"&&i.append(this.resizer()),this.heads.set(o,i),i}onHeadKey(e,t){if(e.key!=="ArrowLeft"&&e.key!=="ArrowRight")return;e.preventDefault();let s=e.key==="ArrowLeft"?-1:1;if(e.shiftKey){this.events.resize(s*ti);return}let o=[...this.node.querySelectorAll(".scl-sort")].filter(r=>r.offsetParent!==null),i=o[o.indexOf(t)+s];i!==void 0&&(t.tabIndex=-1,i.tabIndex=0,i.focus())}resizer(){let e=u("span","scl-resizer",{"aria-hidden":"true",title:"Drag to resize; double-click to fit"}),t=null;return e.addEventListener("pointerdown",s=>{t=s.clientX,e.setPointerCapture(s.pointerId),s.preventDefault()}),e.addEventListener("pointermove",s=>{t!==null&&(this.events.resize(s.clientX-t),t=s.clientX)}),e.addEventListener("pointerup",()=>{t=null}),e.addEventListener("dblclick",()=>{this.events.resize(null)}),e}};var Ee=["number","worker","arguments"];function on(n){return n<400?"narrow":n<560?"middle":"wide"}function Me(n){return n==="narrow"?44:28}function We(n){return n==="narrow"?0:26}var si=56,sn=10,nn=4,ht=class{columns=sn;get width(){return this.columns}reset(){this.columns=sn}fit(e){let t=Math.min(si,Math.ceil(e/nn)*nn);return t<=this.columns?!1:(this.columns=t,!0)}};var ni=500,pt=class{constructor(e){this.store=e}numbers=[];madeOf=-1;madeAt=-1/0;before(e){let t=performance.now();if(this.madeOf!==this.store.revision&&t-this.madeAt>=ni){this.numbers=[];for(let i of this.store.rows)U(i.status)&&this.numbers.push(i.number);this.madeOf=this.store.revision,this.madeAt=t}let s=0,o=this.numbers.length;for(;s<o;){let i=s+o>>1;(this.numbers[i]??1/0)<e?s=i+1:o=i}return s}};var oi=["succeeded","failed","cancelled","cancelling","running","retrying","queued","waiting"],ii=.004,Te=class{node=u("div","scl-bar");segments=new Map;constructor(){for(let e of oi){let t=u("span","scl-segment",{"data-status":e,hidden:""});this.segments.set(e,t),this.node.append(t)}}draw(e){let t=k.reduce((s,o)=>s+e[o],0);for(let[s,o]of this.segments){let i=t===0?0:e[s]/t,r=i===0?"0":String(Math.max(i,ii));o.style.flexGrow!==r&&(o.style.flexGrow=r,o.hidden=i===0)}}};var ri=.005,Kt=.5,li=1,ai=60,rn=2,ci=3,di=8;function ln(n,e){let t=n.progress?xe(n.progress):null,s=n.startedAt===null?0:e-n.startedAt;return t===null||t<ri||t>=1||s<Kt?null:s*(1-t)/t}function an(n,e){let{settled:t,size:s,startedAt:o,counts:i}=n,r=o===null?0:e-o;if(!(i.running+i.cancelling>0)||t<rn||t===s||r<Kt)return null;let a=n.lastEndedAt??e,c=(a-(o??a))/t;return e-a>Math.max(ci,di*c)?null:(s-t)*r/t}var ft=class{samples=[];of(e,t,s){let o=this.samples.at(-1);if(e===t||o!==void 0&&e<o.settled)return this.samples=[],null;for((o===void 0||s-o.at>=li)&&this.samples.push({at:s,settled:e});(this.samples[1]?.at??s)<=s-ai;)this.samples.shift();let i=this.samples[0],r=e-(i?.settled??e);return i===void 0||r<rn||s-i.at<Kt?null:(t-e)*(s-i.at)/r}};function Oe(n){if(n<10)return`~${Math.max(1,Math.round(n))} s`;if(n<57.5)return`~${Math.round(n/5)*5} s`;if(n<295){let o=Math.round(n/10),i=o%6*10;return`~${Math.floor(o/6)} min${i===0?"":` ${i} s`}`}let e=Math.round(n/60);if(e<60)return`~${e} min`;let t=Math.round(e%60/10)*10;return`~${Math.floor(e/60)+(t===60?1:0)} h${t%60===0?"":` ${t} min`}`}var ui=/\[\d+\]$/;function Ut(n,e,t){let s=ui.exec(n)?.[0]??"",o=s===""?n:n.slice(0,-s.length);if(t&&s!==""&&o===e)return{stem:"",tail:s};let r=/^[\x20-\x7e]*$/.test(o)&&o.length>18?6:0;return{stem:o.slice(0,o.length-r),tail:o.slice(o.length-r)+s}}function Vt(n){let e=0;for(let t of n){let s=t.codePointAt(0)??0;s>=4352&&(s>=11904||s<=4447)&&(e+=1)}return n.length+e}var me={arguments:"",result:"",line:""};function dn(n,e,t=me,s=null){switch(n.status){case"running":return hi(n,e,t);case"queued":return fe(Ce(Jt(n),n.detail===""?fi(s):n.detail));case"waiting":case"retrying":return fe(n.detail===""?"waits for other tasks":n.detail);case"failed":return fe(n.error,"failed");case"cancelling":{let o=jt(e-(n.cancelRequestedAt??e));return fe(Ce(`${o}${cn(n)}`,n.detail),"cancelling")}case"cancelled":return fe(Ce(mi(n)+cn(n),n.detail));case"succeeded":return fe(t.result)}}function hi(n,e,t){let{progress:s}=n;if(!s)return fe(Ce(Jt(n),t.line));let o=ln(n,e),i=Ce(pi(s),o===null?"":`${Oe(o)} left`,s.note);return{word:"",text:Ce(Jt(n),i),share:xe(s)}}function pi(n){let{done:e,total:t}=n,s=xe(n),o=Number.isInteger(e)&&(t===null||Number.isInteger(t));return s===null||t===null?Number.isInteger(e)?M(e):e.toPrecision(3):o?`${M(e)}/${M(t)}`:`${Math.floor(s*100)} %`}function Jt(n){return n.attempt>1?`attempt ${n.attempt}`:""}function fi(n){return n===null?"":n===0?"first in the queue":`${M(n)} queued before it`}function mi(n){let e=n.cancelSeconds===null?"":` in ${st(n.cancelSeconds)}`;switch(n.cancelResolution){case"never_started":return"never started";case"interrupted":return`stopped${e}`;case"killed":return`killed${e}`;case"finished_first":return"finished first, result discarded";case"lost":return"lost with its engine";case null:return"cancelled"}}function cn(n){return n.cancelRequestedBy===""?"":`, from ${n.cancelRequestedBy}`}function fe(n,e=""){return{word:e,text:n,share:null}}function Ce(...n){return n.filter(e=>e!=="").join(" · ")}var mt=2,gi={stop:"Cancel",kill:"Kill the workers of",retry:"Retry"},yi="Requested; waiting for the answer",gt=class n{node;id="";nameColumns=0;extraColumns=0;shown=null;shownBelow=!1;check=ce("check",1);state=ce("state",2);icon=u("span","scl-icon",{"aria-hidden":"true"});stateWord=u("span","scl-unseen");number=ce("number",3);name=ce("name",4);stem=u("span","scl-stem");tail=u("span","scl-tail");extra=u("span","scl-extra");worker=ce("worker",5);now=ce("now",6);bar=new Te;progress=u("span","scl-progress",{"aria-hidden":"true"});filled=u("span","scl-filled");word=u("span","scl-word");text=u("span","scl-text");time=ce("time",7);doing=ce("doing",8);stop=un("scl-stop","stop");more=un("scl-more","details");constructor(e){this.check.append(u("span","scl-tick",{"aria-hidden":"true"})),this.state.append(this.icon,this.stateWord),this.name.append(u("span","scl-name",{},this.stem,this.tail),this.extra),this.bar.node.setAttribute("aria-hidden","true"),this.progress.append(this.filled),this.now.append(this.bar.node,this.progress,this.word,this.text),this.doing.append(this.stop,this.more),this.node=u("div","scl-row",{role:"row",id:e},this.check,this.state,this.number,this.name,this.worker,this.now,this.time,this.doing)}get wants(){return this.nameColumns+this.extraColumns}static buttonOf(e,t){if(t.isOver||e.status==="succeeded")return null;if(N(e.status))return t.isPending?"asked":"retry";if(e.status==="cancelling"){let s=e.cancelRequestedAt??t.now;return t.canKill&&t.now-s>mt?"kill":"asked"}return t.isPending?"asked":"cancel"}static buttonOfGroup(e,{isOver:t,canKill:s,now:o}){let{counts:i}=e,r=re(i);if(t)return null;if(r>0)return["stop",r];if(i.cancelling>0){let a=s?e.stillCancelling(o-mt).length:0;return a>0?["kill",a]:["asked",i.cancelling]}let l=i.failed+i.cancelled;return l>0?["retry",l]:null}update(e,t){this.id=e.id,this.place(t);let{isBelow:s}=t;this.shown===null&&this.becomeTask(),(this.shown!==e||this.shownBelow!==s)&&(this.writeFacts(e,s),this.shown=e,this.shownBelow=s),this.writeExtra(S(t.glimpse.arguments)),y(this.time,ze(e,t.now)),this.say(e.status,dn(e,t.now,t.glimpse,t.before)),this.writeButton(e,n.buttonOf(e,t))}updateGroup(e,t){this.id=e.id,this.place(t),this.shown=null,this.node.classList.add("scl-group"),this.bar.node.hidden=!1,this.progress.hidden=!0,this.more.classList.add("scl-hidden"),this.writeStatus(e.status),C(this.node,"aria-expanded",String(!t.isFolded)),y(this.number,String(e.first));let s=S(e.name);this.writeName(Ut(s,"",!1),s),this.name.title=`${s}: ${I(e.size)}`,this.name.dataset.do="fold",this.writeExtra(I(e.size)),y(this.worker,""),y(this.time,ze(e,t.now)),this.bar.draw(e.counts),this.say(e.status,{word:"",text:vi(e,t.now),share:null}),C(this.now,"title",he(e.counts)),this.writeGroupButton(s,n.buttonOfGroup(e,t))}writeGroupButton(e,t){let[s,o]=t??["asked",0],i=s==="asked"?"stop":s,r=`${gi[i]} ${I(o)}`;this.offer(t!==null,s,i,r,`${r} of ${e}`)}writeButton(e,t){let s=le(e.status),o=t==="kill"?"Kill the worker of":s?"Retry":"Cancel",i=t==="kill"?"It was requested to stop and has not yet: stop its worker process":o,r=t==="kill"?"kill":s?"retry":"stop";this.offer(t!==null,t??"asked",r,i,`${o} ${S(e.name)}`)}offer(e,t,s,o,i){let{stop:r}=this,l=t==="asked";r.disabled=l,r.classList.toggle("scl-hidden",!e),C(r,"data-do",s),C(r,"aria-label",i),r.title=l?yi:o}place(e){this.node.style.transform=`translateY(${e.top}px)`,C(this.node,"aria-rowindex",String(e.index+2)),C(this.node,"aria-selected",String(e.isSelected)),C(this.node,"aria-level",e.level===null?null:String(e.level)),this.node.classList.toggle("scl-active",e.isActive)}say(e,{word:t,text:s,share:o}){let i=S(s);y(this.word,t),this.word.hidden=t==="",y(this.text,i);let r=t===""?i:`${t}: ${i}`;C(this.now,"title",r),C(this.state,"title",r===""||t!==""?e:`${e}: ${r}`),this.progress.hidden=o===null;let l=`${(o??0)*100}%`;this.filled.style.width!==l&&(this.filled.style.width=l)}writeStatus(e){this.node.dataset.status=e,y(this.icon,B[e]),y(this.stateWord,e)}becomeTask(){this.node.classList.remove("scl-group"),this.bar.node.hidden=!0,this.more.classList.remove("scl-hidden"),delete this.name.dataset.do,C(this.node,"aria-expanded",null)}writeFacts(e,t){this.writeStatus(e.status),y(this.number,String(e.number));let s=S(e.name);this.writeName(Ut(s,S(e.groupName),t),s),C(this.more,"aria-label",`Details of ${s}`),this.more.title="Details",y(this.worker,S(e.worker)),this.worker.title=S(e.worker)}writeName({stem:e,tail:t},s){y(this.stem,e),y(this.tail,t),this.name.title=s,this.nameColumns=Vt(e+t)}writeExtra(e){this.extra.textContent!==e&&(y(this.extra,e),this.extra.title=e,this.extraColumns=e===""?0:Vt(e)+2)}};function vi(n,e){let{counts:t,settled:s,size:o}=n,i=an(n,e);return[`${M(s)}/${M(o)}`,t.failed>0?`${M(t.failed)} failed`:"",t.cancelled>0?`${M(t.cancelled)} cancelled`:"",i===null?"":Oe(i)].filter(r=>r!=="").join(" · ")}function ce(n,e){return u("div",`scl-cell scl-c-${n}`,{role:"gridcell","aria-colindex":String(e)})}function un(n,e){return u("button",`scl-act ${n}`,{type:"button",tabindex:"-1","data-do":e})}var wi=6,Xt=12,hn=10,bi=.58,xi=48,yt=class{constructor(e,t,s,o,i,r){this.store=e;this.rowModel=t;this.pending=s;this.glimpses=o;this.view=i;this.events=r;this.queue=new pt(e),this.header=new ut(t,{changed:r.changed,resize:l=>{this.resizeNames(l)}}),this.body=u("div","scl-body",{role:"rowgroup"}),this.empty=u("div","scl-empty"),this.node=u("div","scl-grid",{role:"grid",tabindex:"0","aria-label":"Tasks","aria-multiselectable":"true","aria-colcount":String(Bt.length)},u("div","scl-headgroup",{role:"rowgroup"},this.header.node),this.body),this.node.addEventListener("keydown",this.onKey),this.body.addEventListener("click",this.onClick),this.body.addEventListener("dblclick",this.onDoubleClick),this.body.addEventListener("contextmenu",this.onMenu),this.body.addEventListener("pointerenter",()=>{this.rowModel.hold(!0)}),this.body.addEventListener("pointerleave",this.release),this.virtualizer=new dt({count:0,getScrollElement:()=>this.node,estimateSize:()=>Me(this.room),scrollPaddingStart:We(this.room),overscan:wi,initialRect:{width:0,height:Me(this.room)*Xt},observeElementRect:Qs,observeElementOffset:Zs,scrollToFn:en,onChange:()=>{this.draw()}}),this.unmount=this.virtualizer._didMount(),this.virtualizer._willUpdate(),this.resized=new ResizeObserver(()=>{this.measure()}),this.resized.observe(this.node)}node;body;empty;header;pool=[];nameColumn=new ht;queue;resized;room="wide";virtualizer;unmount;idStem=be("row");count=-1;get emptyNote(){return this.empty}dispose(){this.unmount(),this.resized.disconnect()}measure(){let e=on(this.node.clientWidth),t=this.node.clientHeight-We(e);this.rowModel.roomFor(Math.max(Xt,Math.floor(t/Me(e)))),this.view.noteHeight(this.node.style.height),e!==this.room&&(this.room=e,this.count=-1,this.virtualizer.setOptions({...this.virtualizer.options,scrollPaddingStart:We(e)}),this.virtualizer.measure()),this.events.changed()}resizeNames(e){let t=this.header.node.querySelector(".scl-c-name"),s=this.view.nameWidth??t?.offsetWidth??0;this.view.nameWidth=e===null?null:Math.max(xi,s+e),this.events.changed()}draw(){let e=this.rowModel.ids,{room:t}=this;if(e.length!==this.count){this.count=e.length,this.virtualizer.setOptions({...this.virtualizer.options,count:e.length}),this.virtualizer._willUpdate(),C(this.node,"aria-rowcount",String(e.length+1)),this.body.style.height=`${e.length*Me(t)}px`;let i=Math.min(Math.max(e.length,1),Xt)*Me(t);this.node.style.setProperty("--scl-rows-high",`${i+We(t)+2}px`)}this.node.dataset.room=t;for(let i of Ee)this.node.classList.toggle(`scl-has-${i}`,this.view.shows(i));this.header.draw(),this.drawRows(e);let{nameWidth:s}=this.view,o=s===null?`${this.nameColumn.width*bi+3}em`:`${s}px`;this.node.style.getPropertyValue("--scl-names")!==o&&this.node.style.setProperty("--scl-names",o)}drawRows(e){let t=this.virtualizer.getVirtualItems(),s=this.store.now(),o=0,i=null,r=this.rowModel.groupsAreListed&&this.store.hasGroups;C(this.node,"role",r?"treegrid":"grid");for(let l of t){let a=e[l.index];if(a===void 0||(this.store.get(a)??this.store.group(a))===void 0)continue;let c=this.viewAt(o);o+=1;let d=a===this.rowModel.active;d&&(i=c.node.id),this.drawRow(c,a,{index:l.index,top:l.start,now:s,isActive:d,isSelected:this.rowModel.isSelected(a),level:r?this.levelOf(a):null,isOver:this.store.phase==="ended",canKill:this.store.engine?.canStopRunning??!1}),this.nameColumn.fit(c.wants)}for(let l of this.pool.splice(o))l.node.remove();C(this.node,"aria-activedescendant",i)}drawRow(e,t,s){let o=this.store.get(t);if(o!==void 0){let r=o.status==="queued"&&o.detail==="";e.update(o,{...s,isPending:this.pending.has(t),glimpse:this.glimpses.of(o),isBelow:s.level===2||this.rowModel.isOneGroup,before:r?this.queue.before(o.number):null});return}let i=this.store.group(t);i!==void 0&&e.updateGroup(i,{...s,isFolded:this.rowModel.isFolded(i)})}levelOf(e){let t=this.store.groupOf(e);return t!==null&&t.size>1?2:1}viewAt(e){let t=this.pool[e];return t===void 0&&(t=new gt(`${this.idStem}-${e}`),this.pool.push(t),this.body.append(t.node)),t}reveal(){let e=this.rowModel.indexOf(this.rowModel.active);e>=0&&this.virtualizer.scrollToIndex(e,{align:"auto"})}release=()=>{this.rowModel.hold(!1),this.events.changed()};onClick=e=>{let[t,s]=this.target(e);if(t===null)return;if(this.store.get(t)===void 0&&(s==="stop"||s==="kill"||s==="retry")){this.actOnGroup(t,s);return}if(s==="fold"){this.rowModel.active=t,this.toggleFold(t),this.events.changed();return}if(s==="stop"||s==="kill"){this.events.stop([t],s==="kill");return}if(s==="retry"){this.events.retry([t]);return}s==="details"?(this.rowModel.selectOnly(t),this.events.toggleDetails(t)):e.shiftKey?this.rowModel.extendTo(t):e.ctrlKey||e.metaKey||s==="check"?this.rowModel.toggle(t):this.rowModel.selectOnly(t),this.events.changed()};onMenu=e=>{let[t]=this.target(e);t!==null&&!this.rowModel.isSelected(t)&&(this.rowModel.selectOnly(t),this.events.changed())};onDoubleClick=e=>{let[t,s]=this.target(e);t!==null&&s===""&&this.open(t)};open(e){ae(e)?(this.toggleFold(e),this.events.changed()):this.events.toggleDetails(e)}toggleFold(e){let t=this.store.group(e);t!==void 0&&this.rowModel.fold(e,!this.rowModel.isFolded(t))}actOnGroup(e,t){let s=this.store.group(e);if(s!==void 0)switch(t){case"stop":this.events.stop(qe(s.rows),!1);break;case"kill":{let o=this.store.now()-mt;this.events.stop(qe(s.stillCancelling(o)),!0);break}case"retry":this.events.retry(qe(s.rows));break}}target(e){if(!(e.target instanceof Element))return[null,""];let t=e.target.closest(".scl-row"),s=this.pool.find(r=>r.node===t),o=e.target.closest("[data-do]")?.dataset.do,i=e.target.closest(".scl-c-check")!==null;return[s?.id??null,o??(i?"check":"")]}onKey=e=>{e.target!==this.node||e.altKey||this.pressed(e)&&(e.preventDefault(),e.stopPropagation(),this.events.changed())};pressed(e){let t=Si.get(e.key);if(e.ctrlKey||e.metaKey)return e.key.toLowerCase()==="a"?(this.rowModel.selectAll(),!0):t!==void 0&&this.move(t,e.shiftKey,!0);if(t!==void 0)return this.move(t,e.shiftKey,!1);let{active:s}=this.rowModel;if(e.key==="ArrowRight"||e.key==="ArrowLeft")return this.alongTree(s,e.key==="ArrowRight");let o=this.keys[e.key==="Delete"&&e.shiftKey?"C":e.key];return o?.(s),o!==void 0}keys={" ":e=>{e!==null&&this.rowModel.toggle(e)},Enter:e=>{e!==null&&this.open(e)},c:()=>{this.stopSelected(!1)},Delete:()=>{this.stopSelected(!1)},Backspace:()=>{this.stopSelected(!1)},C:()=>{this.stopSelected(!0)},X:()=>{this.events.stopQueued()},R:()=>{this.events.retry(qe(this.rowModel.meant))},"*":()=>{this.rowModel.selectAll()},f:()=>{this.rowModel.cycleStatus(1)},F:()=>{this.rowModel.cycleStatus(-1)},s:()=>{this.rowModel.cycleSort()},S:()=>{this.rowModel.reverseSort()},"/":()=>{this.events.search()},"?":()=>{this.events.help()},Escape:()=>{this.rowModel.clearSelection()}};move(e,t,s){let{rowModel:o}=this,i=o.active,r=o.move(e);return r!==null&&t?(i!==null&&o.selectedCount===0&&o.selectOnly(i),o.extendTo(r)):r!==null&&!s&&o.selectOnly(r),this.reveal(),!0}alongTree(e,t){let{rowModel:s}=this;if(e===null||!s.groupsAreListed||!this.store.hasGroups)return!1;let o=this.store.group(e),i=o!==void 0&&!s.isFolded(o);return o!==void 0&&t!==i?s.fold(e,!t):o!==void 0&&t?this.goTo(s.move(1)):o===void 0&&!t&&this.levelOf(e)>1&&this.goTo(this.store.groupOf(e)?.id??null),!0}goTo(e){e!==null&&(this.rowModel.selectOnly(e),this.reveal())}stopSelected(e){this.events.stop(qe(this.rowModel.meant),e)}};function qe(n){return n.map(e=>e.id)}function pn(n,e){y(n.emptyNote,e),n.emptyNote.hidden=e===""}var Si=new Map([["ArrowUp",-1],["ArrowDown",1],["k",-1],["j",1],["g",-1/0],["G",1/0],["PageUp",-hn],["PageDown",hn],["Home",-1/0],["End",1/0]]);var ki=[["↑ ↓, j k","to the next or previous row; with Shift, select several"],["Home End, g G","to the first or last row"],["Space","select the row too, or no longer"],["Ctrl+A, *","select all"],["Enter","details of the task; open or close the group"],["← →","close or open the group"],["c, Delete","cancel: interrupt, then kill after the grace period"],["C, Shift+Delete","kill at once"],["X","cancel all that are queued"],["R","retry the failed and cancelled ones, as new tasks"],["/","search"],["f F","list only one state: the next, the previous"],["s S","sort by the next column; reverse the order"],["Esc","clear the selection"],["?","these keys"]],vt=class{constructor(e){this.leave=e;let t=P("scl-shut","✕",()=>{this.close()});t.setAttribute("aria-label","Close the list of keys");let s=u("dl","scl-keys");for(let[o,i]of ki)s.append(u("dt","",{},o),u("dd","",{},i));this.node=u("div","scl-help",{role:"dialog","aria-label":"Keys",tabindex:"-1"},u("div","scl-pane-head",{},u("strong","",{},"Keys"),t),s),this.node.hidden=!0,this.node.addEventListener("keydown",o=>{(o.key==="Escape"||o.key==="?"||o.key==="q")&&(o.preventDefault(),this.close())})}node;open(){this.node.hidden=!1,this.node.focus()}close(){let e=X(this.node);this.node.hidden=!0,e&&this.leave()}};var fn=[["number",n=>n.number],["name",n=>n.name],["state",n=>n.status],["worker",n=>n.worker],["submitted",n=>Yt(n.submittedAt)],["started",n=>Yt(n.startedAt)],["ended",n=>Yt(n.endedAt)],["seconds",Ei],["attempt",n=>n.attempt],["error",n=>n.error],["cancel",n=>n.cancelResolution],["id",n=>n.id]];function Qt(n,e){let t=e==="tsv"?"	":",",s=r=>r.map(l=>Ti(l,e)).join(t),o=s(fn.map(([r])=>r)),i=n.map(r=>s(fn.map(([,l])=>l(r))));return`${[o,...i].join(`
`)}
`}function Ei({startedAt:n,endedAt:e}){return n===null||e===null?null:Number((e-n).toFixed(6))}function Yt(n){return n===null?"":new Date(n*1e3).toISOString()}var Mi=/^[=+\-@\t\r]/;function Ti(n,e){if(n===null||typeof n=="number")return String(n??"");let t=Mi.test(n)?`'${n}`:n;return e==="tsv"?t.replace(/[\t\r\n]+/g," "):/[",\r\n]/.test(t)?`"${t.replaceAll('"','""')}"`:t}var wt=class{constructor(e,t){this.sections=t;let s=be("menu");this.button=u("button","scl-act scl-dots",{type:"button",title:e,"aria-label":e,"aria-haspopup":"menu","aria-expanded":"false","aria-controls":s}),this.list=u("div","scl-menu",{role:"menu",id:s,"aria-label":e,popover:"manual"}),this.list.hidden=!0,this.node=u("div","scl-menu-frame",{},this.button,this.list),this.button.addEventListener("click",()=>{this.list.hidden?this.open():this.close()}),this.node.addEventListener("keydown",this.onKey),this.node.addEventListener("focusout",o=>{o.relatedTarget instanceof Node&&this.node.contains(o.relatedTarget)||this.close()})}node;button;list;open(){this.list.replaceChildren(...this.sections().map(e=>this.section(e))),this.list.hidden=!1,this.button.setAttribute("aria-expanded","true"),Oi(this.list,this.button),this.items[0]?.focus()}close(){if(this.list.hidden)return;let e=X(this.list);typeof this.list.hidePopover=="function"&&this.list.hidePopover(),this.list.hidden=!0,this.button.setAttribute("aria-expanded","false"),e&&this.button.focus()}section(e){let t=e.map(s=>this.item(s));return u("div","scl-menu-section",{role:"group"},...t)}item({id:e,label:t,isOn:s,isEnabled:o,isDanger:i,act:r}){let l=u("button","scl-menu-item",{type:"button",tabindex:"-1",role:s===void 0?"menuitem":"menuitemcheckbox","data-item":e},t);return s!==void 0&&l.setAttribute("aria-checked",String(s)),l.disabled=o===!1,l.classList.toggle("scl-danger",i===!0),l.addEventListener("click",()=>{this.close(),r()}),l}get items(){return[...this.list.querySelectorAll(".scl-menu-item:enabled")]}onKey=e=>{if(this.list.hidden)return;let{items:t}=this,s=t.findIndex(i=>i===e.target),o=Ci[e.key]?.(s,t.length);if(o!==void 0)t[o]?.focus();else if(e.key==="Escape"||e.key==="Tab")this.close();else return;e.preventDefault()}};function Oi(n,e){if(typeof n.showPopover!="function")return;n.showPopover();let{left:t,right:s,top:o,bottom:i}=e.getBoundingClientRect(),{offsetWidth:r,offsetHeight:l}=n,a=document.documentElement,c=Math.max(4,Math.min(s-r,a.clientWidth-r-4)),d=i+l+4<=a.clientHeight||o<l;n.style.left=`${t<0?4:c}px`,n.style.top=`${Math.max(4,d?i+2:o-l-2)}px`}var Ci={ArrowDown:(n,e)=>(n+1)%e,ArrowUp:(n,e)=>(n+e-1)%e,Home:()=>0,End:(n,e)=>e-1};var Ai=["failed","running","cancelling","queued","waiting","retrying","cancelled","succeeded"],Ri={number:"Column: number",worker:"Column: worker",arguments:"Arguments beside the name"},_i=[["state","Sort by state"],["number","Sort by number"],["name","Sort by name"],["time","Sort by time"]],bt=class{constructor(e,t,s,o,i){this.store=e;this.rowModel=t;this.view=s;this.commands=o;this.events=i;this.bar.node.setAttribute("role","img");let r=u("div","scl-chips",{role:"group","aria-label":"List only"});for(let a of Ai)r.append(this.chip(a));this.stopSelected=P("scl-stop-selected","Cancel",()=>{o.stop(t.selectedStoppable)}),this.retrySelected=P("scl-retry-selected","Retry",()=>{o.retry(t.selected.map(({id:a})=>a))}),this.selection.append(this.selected,this.stopSelected,this.retrySelected),this.search=this.searchField();let l=new wt("More",()=>this.menuItems());this.node=u("div","scl-head",{},u("div","scl-line",{},this.title,this.bar.node,this.headline,this.search,l.node),u("div","scl-tools",{},r))}node;title=u("span","scl-title");headline=u("span","scl-headline");bar=new Te;chips=new Map;selection=u("div","scl-selection");selected=u("span");stopSelected;retrySelected;search;eta=new ft;draw(){let{store:e,rowModel:t}=this,{counts:s}=e;y(this.title,S(e.engine?.label??"tasks")),this.title.title=this.title.textContent;let o=this.summary();y(this.headline,o),this.headline.title=he(s);let i=he(s);C(this.bar.node,"aria-label",i===""?"no tasks yet":i),this.bar.draw(s);for(let[r,l]of this.chips){y(l.n,M(s[r]));let a=t.filter.has(r);C(l.node,"aria-pressed",String(a)),l.node.classList.toggle("scl-none",s[r]===0&&!a)}this.drawSelection(),document.activeElement!==this.search&&this.search.value!==t.query&&(this.search.value=t.query)}summary(){let{store:e}=this,{counts:t,size:s,settled:o}=e,i=e.phase==="ended"?null:this.eta.of(o,s,e.now()),r=[`${M(o)}/${M(s)}`];return t.failed>0&&r.push(`${M(t.failed)} failed`),i!==null&&r.push(Oe(i)),r.join(" · ")}drawSelection(){let{rowModel:e}=this,t=e.selectedCount,s=t>1&&this.store.phase!=="ended";this.selection.hidden=!s,s&&(y(this.selected,`${M(t)} selected`),this.stopSelected.disabled=e.selectedStoppableCount===0,this.retrySelected.disabled=e.selectedRetriableCount===0)}menuItems(){let{rowModel:e,store:t,view:s}=this,{isFiltered:o}=e,i=o?" listed":"",{counts:r}=t,l=Ie(r),a=t.phase==="ended",c=f=>o||f<2?"":` (${M(f)})`,{changed:d}=this.events,h=[{id:"timeline",label:"Timeline",isOn:s.timeline,act:()=>{s.timeline=!s.timeline,d()}}];t.hasGroups&&h.push({id:"groups",label:"Groups",isOn:e.groupsAreWanted,act:()=>{s.listGroups(!e.groupsAreWanted),d()}});for(let f of Ee)h.push({id:`column-${f}`,label:Ri[f],isOn:s.shows(f),act:()=>{s.toggleColumn(f),d()}});return[[{id:"cancel-queued",label:`Cancel${i} queued${c(l)}`,isEnabled:!a&&l>0,act:()=>{this.commands.stopQueued()}},{id:"cancel-all",label:o?"Cancel listed":`Cancel all${c(l+r.running)}`,isEnabled:!a&&l+r.running>0,isDanger:!0,act:()=>{this.commands.stopListed()}}],h,_i.map(([f,p])=>({id:`sort-${f}`,label:p,isOn:e.sort.key===f,act:()=>{e.sortBy(f),d()}})),this.outputItems()]}outputItems(){let{rowModel:e,store:t}=this,{changed:s,notice:o}=this.events;return[{id:"copy",label:"Copy the listed tasks",act:()=>{let i=Qt(e.listedRows,"tsv");As(i).then(()=>{o(`Copied ${I(e.listedRows.length)}`)},()=>{o("The browser does not allow to copy here")})}},{id:"export",label:"Export the listed tasks (CSV)",act:()=>{Ii("tasks.csv",Qt(e.listedRows,"csv"))}},e.clearedCount===0?{id:"clear",label:"Hide what is done",isEnabled:t.settled>0,act:()=>{e.clearDone(),s()}}:{id:"clear",label:`Show ${I(e.clearedCount)} again`,act:()=>{e.showAll(),s()}},{id:"help",label:"Keys (?)",act:this.events.help}]}chip(e){let t=u("span","scl-n"),s=u("button","scl-chip",{type:"button","data-status":e,"aria-pressed":"false",title:e},u("span","scl-icon",{"aria-hidden":"true"},B[e]),t,u("span","scl-chip-word",{},e));return s.addEventListener("click",()=>{this.rowModel.toggleStatus(e),this.events.changed()}),this.chips.set(e,{node:s,n:t}),s}focusSearch(){this.search.focus()}searchField(){let e=u("input","scl-search",{type:"search",placeholder:"Search","aria-label":"Search tasks by name, worker, number or error",spellcheck:"false"});return e.addEventListener("input",()=>{this.rowModel.find(e.value),this.events.changed()}),e.addEventListener("keydown",t=>{t.key==="Escape"&&e.value!==""&&(e.value="",this.rowModel.find(""),this.events.changed())}),e}};function Ii(n,e){let t=URL.createObjectURL(new Blob([e],{type:"text/plain;charset=utf-8"}));u("a","",{href:t,download:n}).click(),URL.revokeObjectURL(t)}var Li=300,$i=60,Ni=4,Pi=4e3,xt=class{constructor(e,t){this.actions=e;this.changed=t}known=new Map;wanted=new Map;timer=0;isBusy=!1;dispose(){window.clearTimeout(this.timer)}of(e){let t=this.known.get(e.id);return t?.of!==mn(e)&&this.isWorthAsking(e)&&(this.wanted.set(e.id,e),this.schedule()),t?.glimpse??me}isWorthAsking(e){return this.actions.glimpses!==void 0?!0:this.actions.details!==void 0&&e.status==="running"&&zi(e)}schedule(){this.timer===0&&!this.isBusy&&(this.timer=window.setTimeout(()=>{this.timer=0,this.request()},Li))}async request(){let e=this.actions.glimpses===void 0?Ni:$i,t=[...this.wanted.values()].slice(-e);this.wanted.clear(),this.isBusy=!0;try{let s=await this.fetch(t);for(let o of t)this.keep(o,s.get(o.id)??me);this.changed()}catch{for(let s of t)this.keep(s,me)}finally{this.isBusy=!1}this.wanted.size>0&&this.schedule()}async fetch(e){let{actions:t}=this;if(t.glimpses!==void 0)return t.glimpses(e.map(({id:o})=>o));let s=await Promise.all(e.map(async({id:o})=>{let i=(await t.details?.(o))?.output??"";return[o,{...me,line:Fi(i)}]}));return new Map(s)}keep(e,{arguments:t,result:s,line:o}){let i=this.known.get(e.id)?.glimpse??me,r={arguments:t||i.arguments,result:s,line:o};this.known.delete(e.id),this.known.set(e.id,{of:mn(e),glimpse:r});for(let l of this.known.keys()){if(this.known.size<=Pi)break;this.known.delete(l)}}};function mn(n){return N(n.status)?n.status:`${n.attempt} ${n.outputBytes}`}function zi(n){return n.outputBytes>0}function Fi(n){return nt(n).split(`
`).filter(t=>t.trim()!=="").at(-1)?.trim()??""}function gn(n){let e=()=>{n.dataset.theme=Di(n)?"dark":"light"},t=[],s=()=>{e(),t.forEach(window.clearTimeout.bind(window)),t=[300,1500,5e3].map(l=>window.setTimeout(e,l))};s();let o=new MutationObserver(s),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-theme"]};o.observe(document.documentElement,i),o.observe(document.body,i);let r=window.matchMedia("(prefers-color-scheme: dark)");return r.addEventListener("change",e),()=>{o.disconnect(),t.forEach(window.clearTimeout.bind(window)),r.removeEventListener("change",e)}}function Di(n){for(let e=n.parentElement;e!==null;e=e.parentElement){let t=/rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(getComputedStyle(e).backgroundColor);if(t!==null&&Number(t[4]??1)>.5){let[s,o,i]=[Number(t[1]),Number(t[2]),Number(t[3])];return .299*s+.587*o+.114*i<128}}return window.matchMedia("(prefers-color-scheme: dark)").matches}var ji={cancelled:"rising",cancelling:"upright",failed:"falling"};function yn(n,e){let t=u("span","",{"aria-hidden":"true"});t.hidden=!0,n.append(t);let s=getComputedStyle(t),o=a=>(t.style.color=a,s.color),i=a=>Object.fromEntries(k.map(c=>[c,a(c)])),r=(a,c)=>o(`color-mix(in srgb, var(--scl-${a}) ${c}%, var(--scl-raised))`),l={fill:i(a=>{let c=ji[a],d=r(a,a==="succeeded"?38:30);return c===void 0?d:Hi(e,d,r(a,55),c)??d}),text:i(()=>o("var(--scl-ink)")),ink:o("var(--scl-ink)"),line:o("var(--scl-line)"),font:`11px ${s.fontFamily}`};return t.remove(),l}var D=6;function Hi(n,e,t,s){let o=document.createElement("canvas");o.width=D,o.height=D;let i=o.getContext("2d");if(i===null)return null;if(i.fillStyle=e,i.fillRect(0,0,D,D),i.strokeStyle=t,i.lineWidth=1.5,i.beginPath(),s==="upright")i.moveTo(D/2,0),i.lineTo(D/2,D);else{let r=s==="falling"?1:-1;for(let l of[-D,0,D])i.moveTo(l-1,D/2-r*(D+2)/2),i.lineTo(l+D+1,D/2+r*(D+2)/2)}return i.stroke(),n.createPattern(o,"repeat")}var Gi=64,Zt=1e-4,Wi=8,vn=1,Be=class{constructor(e){this.store=e}lanesMade=[];madeOf=-1;dearUntil=0;total=0;extent=null;chosen=null;get lanes(){if(this.madeOf!==this.store.revision&&performance.now()>=this.dearUntil){let e=performance.now();this.make(),this.madeOf=this.store.revision;let t=performance.now()-e;this.dearUntil=t<2?0:e+t*(1+Wi)}return this.lanesMade}get workerCount(){return this.total}get isBehind(){return this.madeOf!==this.store.revision}make(){let e=new Map,t=1/0,s=-1/0;for(let o of this.store.rows){let i=qi(o);if(i===null)continue;let r=e.get(o.worker);r===void 0&&(r=[],e.set(o.worker,r)),r.push(i),t=Math.min(t,i.start),s=Math.max(s,i.end??i.start)}this.total=e.size,this.extent=t<=s?{from:t,to:s}:null,this.lanesMade=[...e].sort(([o],[i])=>o.localeCompare(i,"en",{numeric:!0})).slice(0,Gi).map(([o,i])=>({worker:o,spans:i.sort((r,l)=>r.start-l.start)}))}get whole(){let{extent:e}=this,t=this.store.now();if(e===null)return{from:t-1,to:t};let{running:s,cancelling:o}=this.store.counts,i=s+o>0?Math.max(t,e.to):e.to;return{from:e.from,to:Math.max(i,e.from+Zt)}}get range(){return this.chosen??this.whole}get isZoomed(){return this.chosen!==null}fit(){this.chosen=null}zoom(e,t){let{from:s,to:o}=this.range,i=Math.max((o-s)/e,Zt),r=(t-s)/(o-s);this.show(t-r*i,i)}pan(e){let{from:t,to:s}=this.range;this.show(t+e*(s-t),s-t)}reveal(e){let{from:t,to:s}=this.range,o=e.end??this.store.now();if(e.start<t||o>s){let i=Math.max(s-t,(o-e.start)*1.2);this.show((e.start+o-i)/2,i)}}show(e,t){let{whole:s}=this,o=s.to-s.from;if(t>=o){this.chosen=null;return}let i=Math.min(Math.max(e,s.from),s.to-t);this.chosen={from:i,to:i+t}}bars(e,t){let{from:s,to:o}=this.range,i=this.store.now(),r=t/(o-s),l=[];for(let a=wn(e.spans,s);a<e.spans.length;a+=1){let c=e.spans[a];if(c===void 0||c.start>o)break;let d=Math.max((c.start-s)*r,0),h=Math.min(((c.end??i)-s)*r,t);if(h-d>=vn){l.push({left:d,right:h,status:c.status,id:c.id,count:1});continue}let f=Math.floor(d),p={left:f,right:f+vn},w=l.at(-1);if(w?.left===f&&w.right===p.right){let E=w.count+1;l[l.length-1]={...p,...Bi(w,c),count:E}}else l.push({...p,status:c.status,id:c.id,count:1})}return l}at(e,t,s){let o=this.store.now(),i=null,r=s,l=wn(e.spans,t-s);for(let a=l;a<e.spans.length;a+=1){let c=e.spans[a];if(c===void 0||c.start>t+s)break;let d=Math.max(c.start-t,t-(c.end??o),0);(d<r||d===0&&r===0)&&(i=c,r=d)}return i}ticks(e){let{from:t,to:s}=this.range,o=this.whole.from,i=Ui((s-t)/Math.max(e,1)),r=[];for(let l=Math.ceil((t-o)/i);o+l*i<=s;l+=1)r.push({at:o+l*i,since:l*i});return r}};function qi(n){return n.startedAt===null?null:{id:n.id,start:n.startedAt,end:n.endedAt,status:n.status}}function wn(n,e){let t=0,s=n.length;for(;t<s;){let o=t+s>>1;(n[o]?.end??1/0)<e?t=o+1:s=o}return t}function Bi(n,e){let{status:t,id:s}=k.indexOf(e.status)<k.indexOf(n.status)?e:n;return{status:t,id:s}}var Ki=[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,21600,43200,86400];function Ui(n){if(n<1){let e=10**Math.floor(Math.log10(Math.max(n,Zt)));return[1,2,5,10].map(t=>t*e).find(t=>t>=n)??1}return Ki.find(e=>e>=n)??Math.ceil(n/86400)*86400}var Ke=18,Ue=14,Vi=16,Ji=80,bn=3,Xi=14,Yi=44,Ae=1.6,Qi=90,Zi="Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects.",St=class{constructor(e,t,s){this.root=e;this.store=t;this.events=s;this.timeline=new Be(t),this.area=u("div","scl-tl-area",{role:"application",tabindex:"0","aria-label":"Timeline of the workers","aria-description":Zi},this.names,this.canvas);let o=()=>{let{from:l,to:a}=this.timeline.range;return(l+a)/2},i=P("scl-tl-zoom","−",()=>{this.zoom(1/Ae,o())}),r=P("scl-tl-zoom","+",()=>{this.zoom(Ae,o())});i.setAttribute("aria-label","Zoom out"),r.setAttribute("aria-label","Zoom in"),this.fit=P("scl-tl-zoom","All",()=>{this.showAll()}),this.fit.setAttribute("aria-label","Show all of the time"),this.node=u("section","scl-timeline",{"aria-label":"Timeline"},u("div","scl-tl-line",{},this.shown,i,r,this.fit),this.area,this.axis),this.node.hidden=!0,this.area.addEventListener("keydown",this.onKey),this.area.addEventListener("wheel",this.onWheel,{passive:!1}),this.canvas.addEventListener("pointermove",this.onMove),this.canvas.addEventListener("pointerdown",this.onDown),this.canvas.addEventListener("pointerup",this.onUp),this.canvas.addEventListener("pointerleave",this.onLeave),this.resized=new ResizeObserver(()=>{this.touch()}),this.resized.observe(this.area)}node;timeline;shown=u("div","scl-tl-said",{role:"status","aria-live":"polite"});names=u("div","scl-tl-names",{"aria-hidden":"true"});canvas=u("canvas","scl-tl-canvas",{"aria-hidden":"true"});axis=u("div","scl-tl-axis",{"aria-hidden":"true"});area;fit;resized;cursor=null;cursorLane=0;dragFrom=null;isStale=!0;drawnOf=-1;drawnAt=-1/0;dispose(){this.resized.disconnect()}draw(e){if(this.node.hidden===e&&(this.node.hidden=!e,this.isStale=!0),!e)return;let t=performance.now(),s=this.store.counts.running+this.store.counts.cancelling>0,o=this.store.revision!==this.drawnOf||s;if(!this.isStale&&!(o&&t-this.drawnAt>=Qi))return;let{lanes:i}=this.timeline;this.isStale=this.timeline.isBehind,this.drawnOf=this.store.revision,this.drawnAt=t,this.drawNames(i),this.drawAxis(),this.drawBars(i),this.say(i),this.fit.disabled=!this.timeline.isZoomed}get isBehind(){return!this.node.hidden&&(this.isStale||this.store.revision!==this.drawnOf)}touch(){this.isStale=!0,this.events.changed()}get width(){return Math.max(1,this.area.clientWidth-this.names.offsetWidth)}drawNames(e){let t=e.map(o=>S(o.worker===""?"(no worker named)":o.worker)),s=this.timeline.workerCount-e.length;s>0&&t.push(`and ${M(s)} more`),this.names.childElementCount!==t.length&&this.names.replaceChildren(...t.map(()=>u("div","scl-tl-name")));for(let[o,i]of[...this.names.children].entries())i instanceof HTMLElement&&(y(i,t[o]??""),C(i,"title",t[o]??""))}drawAxis(){let{from:e,to:t}=this.timeline.range,{width:s}=this,o=this.timeline.ticks(Math.floor(s/Ji));this.axis.style.paddingInlineStart=`${this.names.offsetWidth}px`,this.axis.style.height=`${Vi}px`,this.axis.childElementCount!==o.length&&this.axis.replaceChildren(...o.map(()=>u("span","scl-tl-tick")));for(let[i,r]of[...this.axis.children].entries()){let l=o[i];if(r instanceof HTMLElement&&l!==void 0){let a=this.names.offsetWidth+(l.at-e)/(t-e)*s;r.style.transform=`translateX(${Math.round(a)}px)`,y(r,l.since===0?"0":Z(l.since))}}}drawBars(e){let{canvas:t,width:s}=this,o=Math.max(1,e.length)*Ke,i=window.devicePixelRatio||1;t.style.width=`${s}px`,t.style.height=`${o}px`,t.width=Math.round(s*i),t.height=Math.round(o*i);let r=t.getContext("2d");if(r===null)return;r.scale(i,i);let l=yn(this.root,r);r.font=l.font,r.textBaseline="middle";for(let[a,c]of e.entries()){let d=a*Ke;r.fillStyle=l.line,r.fillRect(0,d+Ke-1,s,1);for(let h of this.timeline.bars(c,s))er(r,h,d+1,l,this.nameOf(h))}this.drawCursor(r,l,s)}nameOf(e){return e.right-e.left<Yi?"":S(this.store.get(e.id)?.name??"")}drawCursor(e,t,s){let{cursor:o}=this;if(o===null)return;let{from:i,to:r}=this.timeline.range,l=(o.start-i)/(r-i)*s,a=((o.end??this.store.now())-i)/(r-i)*s;e.strokeStyle=t.ink,e.lineWidth=2;let c=this.cursorLane*Ke+1;e.strokeRect(l-1,c,Math.max(a-l,1)+2,Ue+1)}say(e){let t=this.cursor?.id,s=t===void 0?void 0:this.store.get(t);if(s===void 0){let l=e.length===0?"No task has started yet.":`${M(this.timeline.workerCount)} ${this.timeline.workerCount===1?"worker":"workers"}`;y(this.shown,l);return}let o=this.hidden(),i=o>0?`  and ${I(o)} more here: zoom in`:"",r=ze(s,this.store.now());y(this.shown,`${B[s.status]} ${S(s.name)}, ${s.status}, ${r}, ${S(s.worker)}${i}`)}hidden(){let e=this.timeline.lanes[this.cursorLane],{cursor:t}=this;if(e===void 0||t===null)return 0;let{from:s,to:o}=this.timeline.range,i=(t.start-s)/(o-s)*this.width,r=this.timeline.bars(e,this.width).find(l=>l.left<=i&&i<l.right);return r===void 0?0:r.count-1}timeAt(e){let{from:t,to:s}=this.timeline.range;return t+e/this.width*(s-t)}point(e){let t=this.canvas.getBoundingClientRect();return{x:e.clientX-t.left,y:e.clientY-t.top}}onMove=e=>{let{x:t,y:s}=this.point(e);if(this.dragFrom!==null&&e.buttons>0){let d=t-this.dragFrom.x;(this.dragFrom.moved||Math.abs(d)>bn)&&(this.timeline.pan(-d/this.width),this.dragFrom={x:t,moved:!0},this.touch());return}let o=Math.floor(s/Ke),i=this.timeline.lanes[o],{from:r,to:l}=this.timeline.range,a=bn*(l-r)/this.width,c=i===void 0?null:this.timeline.at(i,this.timeAt(t),a);this.canvas.classList.toggle("scl-tl-hit",c!==null),c?.id!==this.cursor?.id&&(this.cursor=c,this.cursorLane=o,this.touch())};onDown=e=>{this.dragFrom={x:this.point(e).x,moved:!1},this.canvas.setPointerCapture(e.pointerId)};onUp=()=>{let e=this.dragFrom?.moved??!1;this.dragFrom=null,!e&&this.cursor!==null&&this.events.select(this.cursor.id)};onLeave=()=>{this.cursor!==null&&document.activeElement!==this.area&&(this.cursor=null,this.touch())};onWheel=e=>{let t=Math.abs(e.deltaX)>Math.abs(e.deltaY)||e.shiftKey;if(t&&this.timeline.isZoomed)this.timeline.pan((e.deltaX||e.deltaY)/this.width),this.touch();else if(!t&&(e.ctrlKey||e.metaKey||this.hasFocus))this.zoom(e.deltaY<0?Ae:1/Ae,this.timeAt(this.point(e).x));else return;e.preventDefault()};get hasFocus(){return document.activeElement===this.area}zoom(e,t){this.timeline.zoom(e,t),this.touch()}showAll(){this.timeline.fit(),this.touch()}onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||!this.pressed(e.key)||(e.preventDefault(),e.stopPropagation())};pressed(e){let{from:t,to:s}=this.timeline.range,o=this.cursor===null?(t+s)/2:this.cursor.start;switch(e){case"+":case"=":return this.zoom(Ae,o),!0;case"-":return this.zoom(1/Ae,o),!0;case"0":return this.showAll(),!0;case"ArrowLeft":return this.step(-1);case"ArrowRight":return this.step(1);case"Home":return this.step(-1/0);case"End":return this.step(1/0);case"ArrowUp":return this.changeLane(-1);case"ArrowDown":return this.changeLane(1);case"Enter":case" ":return this.cursor!==null&&this.events.select(this.cursor.id),!0;default:return!1}}step(e){let t=this.timeline.lanes[this.cursorLane],s=(t?.spans.length??0)-1;if(t!==void 0&&s>=0){let o=this.cursor?.id,i=t.spans.findIndex(l=>l.id===o),r=i<0?e<0?0:s:i+e;this.goTo(t.spans[Math.min(Math.max(r,0),s)]??null)}return!0}changeLane(e){let{lanes:t}=this.timeline,s=t[this.cursorLane+e];if(s!==void 0){let o=this.cursor?.start??this.timeline.range.to;this.cursorLane+=e,this.goTo(this.timeline.at(s,o,1/0))}return!0}goTo(e){this.cursor=e,e!==null&&this.timeline.reveal(e),this.touch()}};function er(n,e,t,s,o){let i=e.right-e.left,r=i>3?1:0;n.fillStyle=s.fill[e.status],n.fillRect(e.left,t,i-r,Ue),e.status==="failed"&&(n.fillStyle=s.ink,n.fillRect(e.left,t+Ue,Math.max(i-r,2),2)),!(i<Xi)&&(n.save(),n.beginPath(),n.rect(e.left,t,i-r-2,Ue),n.clip(),n.fillStyle=s.text[e.status],n.fillText(`${tr(e.status)} ${o}`,e.left+3,t+Ue/2+.5),n.restore())}function tr(n){return B[n]}var xn="scaler_lab.looks",es="scaler_lab.lists",sr=40,kt=class{constructor(e,t){this.storage=e;this.rowModel=t;this.looks=nr(we(e,xn)),t.listGroups(this.looks.groups)}looks;height="";scope="";saved="";shows(e){return this.looks.columns.includes(e)}toggleColumn(e){let{columns:t}=this.looks;this.looks.columns=this.shows(e)?t.filter(s=>s!==e):[...t,e],this.saveLooks()}get nameWidth(){return this.looks.nameWidth}set nameWidth(e){this.looks.nameWidth=e,this.saveLooks()}get paneHeight(){return this.looks.paneHeight}set paneHeight(e){this.looks.paneHeight=e,this.saveLooks()}get timeline(){return this.looks.timeline}set timeline(e){this.looks.timeline=e,this.saveLooks()}listGroups(e){this.rowModel.listGroups(e),this.looks.groups=e,this.saveLooks()}noteHeight(e){e!==""&&(this.height=e)}enter(e){if(e===this.scope)return"";this.scope=e;let t=Sn(we(this.storage,es)).get(e);return t===void 0?"":(this.height=t.height,this.rowModel.restore({key:t.sort,descending:t.descending},t.statuses,t.query),this.saved=JSON.stringify(this.list()),t.height)}save(){let e=this.list(),t=JSON.stringify(e);if(this.scope===""||t===this.saved)return;this.saved=t;let s=Sn(we(this.storage,es));s.delete(this.scope),s.set(this.scope,e),Le(this.storage,es,JSON.stringify([...s].slice(-sr)))}list(){let{sort:e,filter:t,query:s}=this.rowModel;return{sort:e.key,descending:e.descending,statuses:[...t],query:s,height:this.height}}saveLooks(){Le(this.storage,xn,JSON.stringify(this.looks))}};function nr(n){let e=kn(n),t=typeof e=="object"&&e!==null?e:{};return{columns:Array.isArray(t.columns)?Ee.filter(s=>t.columns.includes(s)):["arguments"],nameWidth:typeof t.nameWidth=="number"?t.nameWidth:null,paneHeight:typeof t.paneHeight=="number"?t.paneHeight:null,timeline:t.timeline===!0,groups:t.groups!==!1}}function Sn(n){let e=kn(n),t=new Map;for(let s of Array.isArray(e)?e:[]){let[o,i]=Array.isArray(s)?s:[];typeof o=="string"&&typeof i=="object"&&i!==null&&t.set(o,or(i))}return t}function or(n){return{sort:$e.find(e=>e===n.sort)??"state",descending:n.descending===!0,statuses:Array.isArray(n.statuses)?k.filter(e=>n.statuses.includes(e)):[],query:typeof n.query=="string"?n.query:"",height:typeof n.height=="string"?n.height:""}}function kn(n){try{return JSON.parse(n)}catch{return null}}var En=500,ir=6,rr=100,lr=120,ar={cancel:ie,kill:n=>n==="running"||n==="cancelling",retry:le};function ts(n,e,t){let s=ks(),o=new ue(()=>e.engine?.engineId??"",s),i=new Ne(e,o),r=new kt(s,i),l=!1,a=0,c=0,d=0,h="",f=null,p=()=>{a===0&&(a=requestAnimationFrame(()=>{a=0,ye()}))},w=(b,L)=>{h=b,f=L??null;let de=L===void 0?ir:Ds;d=Date.now()+de*1e3,p()},E=new at(()=>{T.node.focus()}),_=new vt(()=>{T.node.focus()}),O=new lt(e,i,t,{changed:p,notice:w,ask:(b,L,de)=>{E.ask(S(b),L,de)}}),v=new xt(t,p),g=new bt(e,i,r,O,{changed:p,notice:w,help:()=>{_.open()}}),F=new St(n,e,{changed:p,select:b=>{let L=e.groupOf(b);L!==null&&i.groupsAreListed&&i.fold(L.id,!1),i.selectOnly(b),i.indexOf(b)<0&&w("What is searched for or filtered hides this task's row"),T.draw(),T.reveal(),p()}}),T=new yt(e,i,O.pending,v,r,{changed:p,stop:(b,L)=>{O.stop(b,L)},stopQueued:()=>{O.stopQueued()},retry:b=>{O.retry(b)},search:()=>{g.focusSearch()},help:()=>{_.open()},toggleDetails:b=>{l=!(l&&i.active===b&&H===b),i.active=b,p()}}),H=null,A=new rt(t,()=>{l=!1,p(),T.node.focus()}),te=new it,Y=u("span"),se=P("scl-undo","Undo",()=>{let b=f;d=0,f=null,p(),b?.()}),ne=u("div","scl-foot",{},Y,se),Q=u("div","scl-frame",{},T.node,T.emptyNote,g.selection,_.node),ye=()=>{let b=r.enter(cr(e));b!==""&&(T.node.style.height=b),g.draw(),F.draw(r.timeline),T.draw();let L=i.ids.length===0;pn(T,L?ur(e,i):""),n.classList.toggle("scl-is-empty",L);let de=i.active===null?void 0:e.get(i.active),io=H;H=l&&de!==void 0?de.id:null,A.draw(l?de??null:null),io===null&&H!==null&&oe(),te.draw(e.counts),r.save(),y(Y,_e()),ne.hidden=Y.textContent==="",se.hidden=f===null||Date.now()>=d,n.dataset.phase=e.phase,(i.isBehind||F.isBehind)&&(window.clearTimeout(c),c=window.setTimeout(p,rr))},oe=()=>{requestAnimationFrame(()=>{requestAnimationFrame(()=>{T.reveal()})})},_e=()=>Date.now()<d&&h!==""?S(h):e.phase==="ended"?S(e.endReason):"",_t=b=>e.phase==="ended"||b==="kill"&&e.engine?.canStopRunning!==!0?[]:i.meant.filter(({status:L})=>ar[b](L)).map(({id:L})=>L),hs=b=>b==="details"?i.active!==null&&e.get(i.active)!==void 0:_t(b).length>0,to=b=>{b==="details"?(l=hs(b),p()):b==="retry"?O.retry(_t(b)):O.stop(_t(b),b==="kill")};n.classList.add("scl"),n.tabIndex=-1,n.replaceChildren(g.node,F.node,Q,E.node,A.node,ne,te.node);let so=gn(n),no=e.subscribe(p),ps=0,oo=window.setInterval(()=>{dr(n)&&Date.now()<ps+lr*1e3&&t.keepAlive?.(),(e.counts.running+e.counts.cancelling>0||Date.now()<d+En)&&p()},En),Je=()=>{ps=Date.now(),t.keepAlive?.()};return n.addEventListener("pointermove",Je,{passive:!0}),n.addEventListener("keydown",Je),n.addEventListener("keydown",Mn),ye(),{rowModel:i,can:hs,perform:to,notice:w,draw:ye,dispose:()=>{cancelAnimationFrame(a),window.clearInterval(oo),window.clearTimeout(c),no(),so(),T.dispose(),v.dispose(),F.dispose(),A.dispose(),n.removeEventListener("pointermove",Je),n.removeEventListener("keydown",Je),n.removeEventListener("keydown",Mn),n.replaceChildren()}}}function cr({engine:n}){return n===null?"":`${n.engineId} ${n.label}`}function dr(n){return n.matches(":hover")||document.hasFocus()&&X(n)}function Mn(n){!n.ctrlKey&&!n.metaKey&&!n.altKey&&n.stopPropagation()}function ur(n,e){if(e.isFiltered&&n.size>0)return"No task matches.";switch(n.phase){case"connecting":return"Waiting for the kernel …";case"live":return n.size>0?"Loading …":"No tasks yet: submit something.";case"ended":return"No tasks."}}var hr=5,pr=.5,ge=class{byId=new Map;byGroup=new Map;alone=new Set;order=[];orderIsStale=!1;tally=q();told=null;listeners=new Set;resync;clock;staged=null;stagedVersion=-1;fillsEmpty=!0;pending=!1;clockAhead=null;samples=[];version=-1;phase="connecting";engine=null;endReason="";revision=0;constructor(e){this.resync=e.resync,this.clock=e.clock??(()=>Date.now()/1e3)}subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}get rows(){if(this.orderIsStale){let e=[];for(let{row:t}of this.byId.values())e.push(t);this.order=et(e),this.orderIsStale=!1}return this.order}restartRate(){this.samples=[]}get size(){let{counts:e}=this;return k.reduce((t,s)=>t+e[s],0)}get counts(){return this.told??this.tally}get settled(){let{succeeded:e,failed:t,cancelled:s}=this.counts;return e+t+s}get(e){return this.byId.get(e)?.row}get groups(){return this.byGroup.values()}get hasGroups(){return this.byGroup.size>0}get onlyGroup(){for(let e of this.byGroup.values())return this.byGroup.size===1?e:null;return null}group(e){return this.byGroup.get(e)}groupOf(e){return this.byId.get(e)?.group??null}get ungrouped(){let e=[];for(let{row:t}of this.alone)e.push(t);return et(e)}get ungroupedCount(){return this.alone.size}now(){return this.clock()+(this.clockAhead??0)}rate(){let e=this.clock(),t=this.samples;for(;t.length>2&&(t[1]?.at??e)<=e-hr;)t.shift();let s=t[0];return s===void 0||this.settled===this.size||e-s.at<pr?null:(this.settled-s.settled)/(e-s.at)}apply(e,t){if(t!==void 0){let s=t-this.clock();this.clockAhead=this.clockAhead===null?s:Math.max(this.clockAhead,s)}switch(e.kind){case"welcome":this.engine=e,this.phase="connecting",this.endReason="",this.pending=!0;break;case"snapshot":this.told=e.counts,(this.version<0||e.counts===null)&&(this.samples=[]),this.applySnapshot(e.version,e.part,e.parts,e.rows);break;case"changes":if(this.version<0||e.since!==this.version){e.version>this.version&&this.askForSnapshot();return}this.told=e.counts;for(let s of e.forgotten)this.forget(s);for(let s of e.rows)this.put(s);this.version=e.version;break;case"closed":this.end(e.reason,"engine ended");return;case"response":case"details":return}this.sample(),this.notify()}end(e,t){this.phase="ended",this.endReason=e;let s=this.now();for(let{row:o}of[...this.byId.values()])N(o.status)||this.put(mr(o,t,s));if(this.told!==null){let{cancelling:o,...i}=this.told;this.told={...q(),succeeded:i.succeeded,failed:i.failed+re(this.told),cancelled:i.cancelled+o}}this.sample(),this.notify()}overtake(e){let t=!1;for(let s of e){let o=this.byId.get(s.id)?.row;o===void 0||!fr(s,o)||(this.put({...s,number:o.number,version:o.version,cell:o.cell}),this.told!==null&&s.status!==o.status&&(this.told={...this.told,[o.status]:this.told[o.status]-1,[s.status]:this.told[s.status]+1}),t=!0)}t&&(this.sample(),this.notify())}reconnect(){this.pending=!1,this.askForSnapshot()}applySnapshot(e,t,s,o){t===0&&(this.staged=[],this.stagedVersion=e,this.fillsEmpty=this.byId.size===0);let i=this.staged;if(i===null||e!==this.stagedVersion){this.staged=null,this.pending=!1,this.askForSnapshot();return}let r=t===s-1;for(let l of o)i.push(l);if(this.fillsEmpty)for(let l of o)this.put(l);else r&&this.replace(i);r&&(this.staged=null,this.pending=!1,this.version=e,this.phase="live")}replace(e){this.byId.clear(),this.byGroup.clear(),this.alone.clear(),this.tally=q();for(let t of e)this.add(t)}put(e){let t=this.byId.get(e.id);if(t===void 0){this.add(e);return}let s=t.row;t.row=e,t.group?.change(s,e),this.tally[s.status]-=1,this.tally[e.status]+=1,this.orderIsStale=!0}add(e){let t=Os(e),s=null;t!==null&&(s=this.byGroup.get(t)??new Ze(t,e),this.byGroup.set(t,s));let o={row:e,group:s};this.byId.set(e.id,o),s===null?this.alone.add(o):s.add(o),this.tally[e.status]+=1,this.orderIsStale=!0}forget(e){let t=this.byId.get(e);if(t===void 0)return;N(t.row.status)||(this.tally[t.row.status]-=1),this.byId.delete(e),this.alone.delete(t);let{group:s}=t;s!==null&&(s.remove(t),s.isEmpty&&this.byGroup.delete(s.id)),this.orderIsStale=!0}sample(){let e=this.clock(),t=this.samples.at(-1);this.settled===this.size?this.samples=[{at:e,settled:this.settled}]:(t===void 0||e-t.at>=.1)&&this.samples.push({at:e,settled:this.settled})}askForSnapshot(){this.pending||(this.pending=!0,this.resync())}notify(){this.revision+=1;for(let e of[...this.listeners])e()}};function fr(n,e){if(N(e.status))return!1;if(n.attempt!==e.attempt)return n.attempt>e.attempt;let t=Tn(n.status)-Tn(e.status);return t>0||t===0&&n.outputBytes>e.outputBytes}function Tn(n){return U(n)?n==="retrying"?3:0:n==="running"?1:n==="cancelling"?2:4}function mr(n,e,t){return n.status==="cancelling"?{...n,status:"cancelled",cancelResolution:"lost",detail:e,endedAt:t}:{...n,status:"failed",error:e,detail:"",endedAt:t}}var gr=Symbol.for("scaler_lab.serverTasks");function ss(n){globalThis[gr]=n}var On=require("@jupyterlab/ui-components"),yr=`<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`,Re=new On.LabIcon({name:"scaler-lab:tasks",svgstr:yr});var An=require("@lumino/widgets");function V(n){return String(n).replace(/\B(?=(\d{3})+$)/g,",")}function Ve({running:n,cancelling:e,queued:t,waiting:s,retrying:o,failed:i}){let r=[];return n>0&&r.push(`${V(n)} running`),e>0&&r.push(`${V(e)} cancelling`),t>0&&r.push(`${V(t)} queued`),s>0&&r.push(`${V(s)} waiting`),o>0&&r.push(`${V(o)} retrying`),i>0&&r.push(`${V(i)} failed`),r.join(", ")}function ns(n){if(n===null)return"";let s=["failed","running","cancelling","queued","waiting"].filter(i=>n[i]>0).map(i=>`${B[i]} ${V(n[i])}`),o=n.succeeded+n.cancelled;return s.length===0&&o>0&&s.push(`${B.succeeded} ${V(o)}`),s.join("  ")}function os(n,e=""){if(e!=="")return"can't be read";if(n===null)return"…";let t=Ve(n);if(t!=="")return t;let s=n.succeeded+n.cancelled;return s===0?"no tasks yet":`${V(s)} done`}var vr=/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;function j(n){return n.replace(vr,"�")}var Et=class{node=document.createElement("div");open=document.createElement("button");title=document.createElement("span");text=document.createElement("span");short=document.createElement("span");act=document.createElement("button");shown=null;constructor(e){this.node.className="scl-program",this.open.type="button",this.open.className="scl-host",this.title.className="scl-host-title",this.text.className="scl-host-said",this.short.className="scl-host-short",this.short.setAttribute("aria-hidden","true"),this.open.append(this.title,this.text,this.short),this.open.addEventListener("click",()=>{e.toggle(this.shown?.id??"")}),this.act.type="button",this.act.className="scl-host-act",this.act.addEventListener("click",()=>{let{shown:t}=this;t!==null&&(t.hasEnded?e.dismiss:e.cancel)(t.id)}),this.node.append(this.open,this.act)}draw(e){this.shown=e;let{id:t,title:s,text:o,short:i,hint:r,counts:l,isOpen:a,hasEnded:c}=e;this.open.dataset.host=t,this.open.setAttribute("aria-expanded",String(a)),this.open.title=r,this.node.classList.toggle("scl-has-ended",c),is(this.title,s),is(this.text,o),is(this.short,i);let d=l===null?0:l.running+l.queued+l.waiting;this.act.hidden=c?t==="":d===0,this.act.dataset.do=c?"dismiss":"stop";let h=c?`Dismiss ${s}`:`Cancel the open tasks of ${s}`;this.act.setAttribute("aria-label",h),this.act.title=h}};function is(n,e){n.textContent!==e&&(n.textContent=e)}var wr={notebook:"notebook",script:"script",terminal:"terminal",engine:"engine on its own"},br="Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",rs="",Mt=class extends An.Widget{constructor(t,s){super();this.model=t;this.events=s;this.id="scaler-lab-panel",this.addClass("scl-panel"),this.title.icon=Re,this.title.caption="Tasks",this.node.setAttribute("role","region"),this.node.setAttribute("aria-label","Tasks"),this.list.className="scl-programs",this.note.className="scl-panel-note",this.note.setAttribute("role","status"),this.tableRoot.className="scl-panel-table",this.jump.type="button",this.jump.className="scl-jump",this.jump.addEventListener("click",()=>{let o=this.activeRow?.cell??"";o!==""&&s.goToCell(o)}),this.node.append(this.note,this.list,this.jump);for(let o of["click","keyup"])this.tableRoot.addEventListener(o,()=>{this.drawJump()});this.unsubscribe=t.subscribe(()=>{this.draw()}),this.draw()}list=document.createElement("div");note=document.createElement("p");tableRoot=document.createElement("div");jump=document.createElement("button");headings=new Map;table=null;mounted;chosen=null;unsubscribe;get choice(){return this.chosen??null}choose(t){this.chosen=t,this.draw()}can(t){return this.table?.can(t)??!1}perform(t){this.table?.perform(t),this.drawJump()}showTask(t){let s=this.model.store(this.open??null),o=()=>this.table===null||s.get(t)===void 0?!1:(this.table.rowModel.selectOnly(t),this.table.perform("details"),!0);if(!o()){let i=s.subscribe(()=>{o()&&i()})}}search(){this.tableRoot.querySelector(".scl-search")?.focus()}dispose(){this.unsubscribe(),this.unmount(),super.dispose()}onAfterShow(){this.draw()}onAfterAttach(){this.draw()}onAfterHide(){this.unmount()}get open(){let{engines:t}=this.model,[s]=t;if(this.chosen===null&&t.length===1)return s?.id;if(!(this.chosen===null&&t.length===0))return this.chosen}mount(){let{open:t}=this;if(!this.isVisible||t===void 0){this.unmount();return}if(this.table!==null&&this.mounted===t)return;this.table?.dispose(),this.mounted=t,this.model.watch(t===null?"all":{only:t});let{model:s}=this;this.table=ts(this.tableRoot,s.store(t),s.actions(t))}unmount(){this.table!==null&&(this.table.dispose(),this.table=null,this.model.watch("none"))}draw(){let{chosen:t}=this,s=typeof t=="string"?this.model.successor(t):void 0;if(s!==void 0){this.choose(s.id);return}let{engines:o,connection:i,trouble:r}=this.model,l=o.length===0;this.note.textContent=i==="lost"?r:i==="connecting"?"Connecting …":l?br:"",this.note.hidden=this.note.textContent==="",this.drawHeadings(),this.mount(),this.drawJump()}get activeRow(){let t=this.table?.rowModel.active??null,{mounted:s}=this;return t===null||s===void 0?void 0:this.model.store(s).get(t)}drawJump(){let t=this.activeRow;this.jump.hidden=t===void 0||t.cell==="";let s=t===void 0?"":`Go to the cell that submitted ${j(t.name)}`;this.jump.textContent!==s&&(this.jump.textContent=s)}drawHeadings(){let t=this.wantedHeadings(),s=[];for(let r of t){let l=this.headings.get(r.id)??this.makeHeading(r.id);l.draw(r),s.push(l.node),r.isOpen&&s.push(this.tableRoot)}let o=new Set(t.map(({id:r})=>r));for(let r of this.headings.keys())o.has(r)||this.headings.delete(r);let i=[...this.list.children];(i.length!==s.length||i.some((r,l)=>r!==s[l]))&&this.list.replaceChildren(...s)}wantedHeadings(){let{engines:t,ended:s,totals:o}=this.model,{open:i}=this,r=[];t.length>1&&r.push({id:rs,title:"All",text:os(o),short:ns(o),hint:"The tasks of all programs",counts:o,isOpen:i===null,hasEnded:!1});for(let l of t)r.push({id:l.id,title:j(l.title),text:os(l.counts,l.trouble),short:l.trouble===""?ns(l.counts):"can't be read",hint:Cn(l),counts:l.counts,isOpen:i===l.id,hasEnded:!1});for(let l of s){let a=l.counts?.failed??0,c=a===0?"ended":`ended, ${V(a)} failed`;r.push({id:l.id,title:j(l.title),text:c,short:c,hint:`${Cn(l)}
ended`,counts:l.counts,isOpen:i===l.id,hasEnded:!0})}return r}makeHeading(t){let s=new Et({toggle:o=>{let i=o===rs?null:o;this.chosen=this.open===i?void 0:i,this.draw()},cancel:o=>{this.events.cancelAll(o===rs?null:o)},dismiss:o=>{this.chosen===o&&(this.chosen=null),this.model.dismiss(o)}});return this.headings.set(t,s),s}};function Cn(n){let e=n.workers===1?", 1 worker":`, ${n.workers} workers`,t=`engine ${n.name}${n.workers===0?"":e}`,s=n.trouble===""?"":`
${j(n.trouble)}`;return`${wr[n.kind]}: ${j(n.title)}
${j(t)}, pid ${n.pid}${s}`}var Rn=`/*
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
`;var _n=`/* The side panel around the table, and the status-bar item.  Jupyter's variables throughout. */

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
`;var In="scaler-lab-style";function Ln(){if(document.getElementById(In)===null){let n=document.createElement("style");n.id=In,n.textContent=`${Rn}
${_n}`,document.head.append(n)}}var kr=210,Er=[[z.showDetails,"details","Show Details of the Selected Task","Times, traceback, output and cost of the task that is selected in the panel"],[z.cancelSelected,"cancel","Cancel Selected Tasks","Ask the tasks that are selected in the panel to stop"],[z.killSelected,"kill","Kill Selected Tasks","Stop the workers of the tasks that are selected in the panel, without asking the tasks"],[z.retrySelected,"retry","Retry Selected Tasks","Submit the failed and cancelled ones of the selected tasks again"]],zn={id:`${$}:panel`,description:"The side panel of tasks, and its commands.",autoStart:!0,requires:[W],optional:[Nn.ILayoutRestorer,J.ICommandPalette,Pn.ISettingRegistry],activate:async(n,e,t,s,o)=>{Ln();let{model:i}=e,r=new Mt(i,{goToCell:d=>{e.goToCell?.(d).then(h=>{h||J.Notification.info("That cell is in no notebook that is open here.",{autoClose:4e3})})},cancelAll:d=>{$n(i,d)}});t?.add(r,r.id);let l=d=>{typeof d=="string"&&r.choose(d===""?null:d),n.shell.activateById(r.id)},{commands:a}=n;a.addCommand(z.showPanel,{label:"Show Tasks",caption:"Show the tasks of every notebook, script and terminal",icon:Re,execute:({host:d,task:h})=>{l(d),typeof h=="string"&&h!==""&&r.showTask(h)}}),a.addCommand(z.search,{label:"Search Tasks",execute:()=>{l(void 0),r.search()}}),a.addCommand(z.cancelAll,{label:"Cancel All Tasks …",caption:"Cancel every open task of every notebook, script and terminal",isEnabled:()=>i.engines.length>0,execute:()=>$n(i,null)});for(let[d,h,f,p]of Er)a.addCommand(d,{label:f,caption:p,isEnabled:()=>r.can(h),execute:()=>{r.perform(h)}}),n.contextMenu.addItem({command:d,selector:"#scaler-lab-panel .scl-body .scl-row"});for(let d of Object.values(z))s?.addItem({command:d,category:"Tasks"});let{area:c}=Ye(await Tr(o));n.shell.add(r,c,{rank:kr,type:"Tasks"})}};async function $n(n,e){let t=Mr(n,e);if(!(Fe(t)&&!(await(0,J.showDialog)({title:De(t),buttons:[J.Dialog.cancelButton({label:"Keep them"}),J.Dialog.warnButton({label:"Cancel them"})]})).button.accept))try{let{accepted:s,trouble:o}=await n.cancelAll(e);J.Notification.info(o||`Requested the cancel of ${I(s)}`,{autoClose:4e3})}catch(s){J.Notification.error(`The cancel was not sent: ${String(s)}`)}}function Mr(n,e){let t=new Map,s=0;for(let{id:i,title:r,counts:l}of n.engines)if(l!==null&&(e===null||i===e)){let a=re(l);s+=l.running,a>0&&t.set(j(r),(t.get(j(r))??0)+a)}let o=[...t.values()].reduce((i,r)=>i+r,0);return{ids:[],force:!1,running:s,toCome:[],total:o,owners:t}}async function Tr(n){try{return{...(await n?.load(`${$}:plugin`))?.composite}}catch(e){return console.warn("scaler_lab: the settings could not be read, so defaults hold",e),{}}}var ls=require("@jupyterlab/apputils"),Dn=require("@jupyterlab/running"),jn=require("@lumino/signaling");var Or=50,Cr=1e3,Hn={id:`${$}:running`,description:"Lists open tasks among the running sessions.",autoStart:!0,requires:[W],optional:[Dn.IRunningSessionManagers],activate:(n,e,t)=>{t?.add(new as(n,e))}},as=class{constructor(e,t){this.app=e;this.model=t.model,this.runningChanged=new jn.Signal(this),t.changed.connect(()=>{this.timer??=setTimeout(()=>{this.timer=null,this.refreshRunning()},Cr)})}name="Tasks";shutdownLabel="Cancel";shutdownAllLabel="Cancel All";runningChanged;model;timer=null;shown="";shutdownAllConfirmationText=()=>`Cancel every open task? ${Ve({...this.model.totals,failed:0})}`;running(){return this.open().slice(0,Or).map(([e,t])=>({label:()=>j(t.name),labelTitle:()=>j(`${t.name}: ${t.status} in ${e.title}`),detail:()=>`${t.status}, ${j(e.title)}`,icon:()=>Re,context:"scaler-lab-task",open:()=>{this.app.commands.execute(z.showPanel,{host:e.id})},shutdown:()=>{Fn(this.model.cancel(e.id,t.id))}}))}shutdownAll(){Fn(this.model.cancelAll(null))}refreshRunning(){let e=this.open().map(([,{id:t,status:s}])=>`${t}${s}`).join(" ");e!==this.shown&&(this.shown=e,this.runningChanged.emit(void 0))}open(){return this.model.engines.flatMap(e=>e.open.map(t=>[e,t]))}};function Fn(n){n.then(({trouble:e})=>{e!==""&&ls.Notification.warning(e)},e=>{let t=e instanceof Error?e.message:String(e);ls.Notification.error(`The cancel was not sent: ${t}`)})}var Gn=require("@jupyterlab/statusbar"),Wn=require("@lumino/widgets");var qn={id:`${$}:status`,description:"Says in the status bar how many tasks run, wait and failed.",autoStart:!0,requires:[W],optional:[Gn.IStatusBar],activate:(n,e,t)=>{if(t===null)return;let{model:s}=e,o=document.createElement("button");o.type="button",o.className="scl-status",o.title="Tasks of every notebook, script and terminal: click to see them",o.addEventListener("click",()=>{n.commands.execute(z.showPanel)});let i=new Wn.Widget;i.node.append(o);let r=()=>{let l=`Tasks: ${Ve(s.totals)||"none open"}`;o.textContent!==l&&(o.textContent=l)};r(),e.changed.connect(r),t.registerStatusItem(`${$}:status`,{item:i,align:"left",rank:40,isActive:()=>s.engines.length>0,activeStateChanged:e.changed})}};var Zn=require("@lumino/signaling");var ds=require("@jupyterlab/coreutils"),cs=require("@jupyterlab/services");var Bn="scaler-lab",Tt=class{constructor(e){this.settings=e}cancel(e,t){return this.post(["engines",e,"cancel"],t)}retry(e,t){return this.post(["engines",e,"retry"],{task_ids:t})}async details(e,t){let s=await this.request("GET",["engines",e,"tasks",t]),{traceback:o,output:i,output_before:r,profile:l,stack:a}=s;return Qe([...["details-of",0,t,null,o],i,r,l,a])}async post(e,t){let s=await this.request("POST",e,t);return{accepted:typeof s.accepted=="number"?s.accepted:0,trouble:typeof s.trouble=="string"?s.trouble:""}}async request(e,t,s){let o=ds.URLExt.join(this.settings.baseUrl,Bn,...t),i=s===void 0?{method:e}:{method:e,body:JSON.stringify(s)},r=await cs.ServerConnection.makeRequest(o,i,this.settings);if(!r.ok)throw await cs.ServerConnection.ResponseError.create(r);return await r.json()}};function Kn(n){let e=ds.URLExt.join(n.wsUrl,Bn,"feed");return n.appendToken&&n.token!==""&&(e+=`?token=${encodeURIComponent(n.token)}`),new n.WebSocket(e)}function Un(n){let e=R(JSON.parse(n));switch(e[0]){case"engines":return{kind:"engines",now:x(e[1]),engines:R(e[2]).map(Ar)};case"feed":return{kind:"feed",engineId:m(e[1]),now:x(e[2]),messages:R(e[3]).map(Qe)};case"ended":return{kind:"ended",engineId:m(e[1]),title:m(e[2]),tasks:R(e[3]).map(Ir),failed:x(e[4])};default:throw new G(`not a message of this server: ${String(e[0])}`)}}function Ar(n){if(typeof n!="object"||n===null)throw new G("a host is an object");let e=n;return{id:m(e.id),name:m(e.name),program:m(e.program),title:m(e.title),kind:Rr(e.kind),pid:x(e.pid),workers:x(e.workers),startedAt:x(e.startedAt),counts:Nt(e.counts),trouble:m(e.trouble??""),open:R(e.open??[]).map(_r)}}function Rr(n){return n==="notebook"||n==="script"||n==="terminal"?n:"engine"}function _r(n){let[e,t,s,o,i]=R(n);return{id:m(e),number:x(t),name:m(s),status:ve(o),startedAt:typeof i=="number"?i:null}}function Ir(n){let[e,t,s,o,i,r]=R(n);return{id:m(e),name:m(t),status:ve(s),seconds:x(o),error:m(i),groupName:m(r)}}var Vn=500,Jn=15e3,Lr=1008,$r=1,Ot=class{constructor(e,t){this.make=e;this.events=t}socket=null;timer=null;wait=Vn;isDisposed=!1;open(){this.timer=null;let e=!1,t=this.make();this.socket=t,t.onopen=()=>{e=!0,this.wait=Vn,this.events.connected()},t.onmessage=s=>{try{this.events.message(Un(String(s.data)))}catch(o){console.error("scaler_lab: the server said what this page does not understand",o)}},t.onclose=s=>{this.isDisposed||this.socket!==t||(this.socket=null,this.events.lost(e?"The connection to the Jupyter server was lost: trying again.":"The Jupyter server does not answer here: it may be down, or have no scaler_lab."),this.wait=s.code===Lr?Jn:this.wait,this.timer=setTimeout(()=>{this.open()},this.wait),this.wait=Math.min(2*this.wait,Jn))}}send(e){this.socket?.readyState===$r&&this.socket.send(JSON.stringify(e))}dispose(){this.isDisposed=!0,this.timer!==null&&clearTimeout(this.timer),this.socket?.close()}};var Xn=20,Nr=50,Ct=class{engines=[];failures=new Map;note(e,t){let s=t.filter(({status:o})=>o==="failed");if(s.length>0){let o=this.failures.get(e.id)??[];this.failures.set(e.id,[...o,...s].slice(0,Nr))}}has(e){return this.engines.some(({id:t})=>t===e)}dismiss(e){this.engines=this.engines.filter(({id:t})=>t!==e),this.failures.delete(e)}end(e,t){if(e===void 0||!Pr(e))return[];let s=this.failures.get(e.id)??[];if(this.failures.delete(e.id),t.size===0&&s.length>0){let i=s.map((r,l)=>zr(r,l,t.now()));t.apply({kind:"snapshot",version:0,part:0,parts:1,rows:i,counts:null}),t.apply({kind:"closed",reason:"This engine has ended.  Only its failures are known."})}let o=[e,...this.engines.filter(({id:i})=>i!==e.id)];return this.engines=o.slice(0,Xn),o.slice(Xn).map(({id:i})=>i)}};function Pr({counts:n}){return n!==null&&k.some(e=>n[e]>0)}function zr({id:n,name:e,status:t,seconds:s,error:o},i,r){return{id:n,number:i+1,name:e,status:t,version:i,submittedAt:r-s,groupName:"",worker:"",startedAt:r-s,endedAt:r,cancelRequestedAt:null,cancelRequestedBy:"",cancelResolution:null,cancelSeconds:null,error:o,detail:"",progress:null,outputBytes:0,attempt:1,tags:[],cell:""}}var At=class{store;ids=new Map;counts=new Map;constructor(){this.store=new ge({resync:()=>{}}),this.store.apply({kind:"welcome",protocol:0,engineId:"",label:"All tasks",pid:0,workerCount:0,canStopRunning:!0,reportsStarts:!0,program:""}),this.store.apply({kind:"snapshot",version:0,part:0,parts:1,rows:[],counts:null})}merge(e,t,s,o){let i=this.idsOf(e.id);if(this.counts.has(e.id)||this.store.restartRate(),this.counts.set(e.id,s.counts),t.kind==="snapshot"){let l=t.part===t.parts-1?[...i].filter(a=>s.get(a)===void 0):[];this.change(e,t.rows,l,o)}else t.kind==="changes"&&this.change(e,t.rows,t.forgotten,o)}drop(e){let t=this.ids.get(e);t!==void 0&&(this.ids.delete(e),this.counts.delete(e),this.store.restartRate(),this.apply([],[...t]))}change(e,t,s,o){let i=this.idsOf(e.id);for(let r of t)i.add(r.id);for(let r of s)i.delete(r);this.apply(t.map(r=>({...r,worker:Fr(e,r)})),s,o)}apply(e,t,s){let o=this.store.version;this.store.apply({kind:"changes",since:o,version:o+1,rows:e,forgotten:t,counts:this.sum()},s)}sum(){let e=q();for(let t of this.counts.values())for(let s of k)e[s]+=t[s];return e}idsOf(e){let t=this.ids.get(e);return t===void 0&&(t=new Set,this.ids.set(e,t)),t}};function Fr(n,e){return e.worker===""?n.title:`${n.title}, ${e.worker}`}var Yn=1e4,Rt=class{constructor(e,t){this.channel=e;this.api=t}engines=[];connection="connecting";trouble="";merged=new At;history=new Ct;stores=new Map;known=new Map;listeners=new Set;endListeners=new Set;subscription="none";sent="";followers=new Map;subscribe(e){return this.listeners.add(e),()=>{this.listeners.delete(e)}}onEnding(e){return this.endListeners.add(e),()=>{this.endListeners.delete(e)}}get totals(){let e=q();for(let{counts:t}of this.engines)for(let s of k)e[s]+=t?.[s]??0;return e}get ended(){return this.history.engines}dismiss(e){this.history.dismiss(e),this.stores.delete(e),this.known.delete(e),this.notify()}engine(e){return this.engines.find(({id:t})=>t===e)??this.known.get(e)}runs(e){return this.engines.some(({id:t})=>t===e)}successor(e){let t=this.engine(e);if(!(t===void 0||this.runs(e)||t.program===""))return this.engines.findLast(({program:s,startedAt:o})=>s===t.program&&o>t.startedAt)}watch(e){this.subscription=e,this.sendSubscription()}follow(e,t){let s=this.followers.get(e)??new Set;return this.followers.set(e,s),s.add(t),t(this.store(e).rows),this.sendSubscription(),()=>{s.delete(t),s.size===0&&this.followers.delete(e),this.sendSubscription()}}store(e){if(e===null)return this.merged.store;let t=this.stores.get(e);return t===void 0&&(t=new ge({resync:()=>{this.channel.send(["resync",e])}}),this.stores.set(e,t)),t}async cancelAll(e,t=!1){let s=e===null?this.engines.map(({id:i})=>i):[e],o={all:!0,only_queued:t};return Qn(await Promise.all(s.map(i=>this.api.cancel(i,o))))}cancel(e,t){return this.api.cancel(e,{task_ids:[t],force:!1,only_queued:!1})}actions(e){let t=(o,i)=>Promise.all(this.byEngine(e,o).map(([r,l])=>i(r,l))).then(Qn),s=o=>{let[i]=this.byEngine(e,[o]);return i===void 0?Promise.reject(new Error("its engine is gone")):this.api.details(i[0],o)};return{cancel:(o,i,r)=>t(o,(l,a)=>this.api.cancel(l,{task_ids:a,force:i,only_queued:r})),cancelAll:o=>this.cancelAll(e,o),retry:o=>t(o,(i,r)=>this.api.retry(i,r)),traceback:async o=>(await s(o)).traceback,details:s,ownerOf:o=>{let[i]=this.byEngine(e,[o]);return(i===void 0?void 0:this.engine(i[0]))?.title??""}}}connected(){this.connection="live",this.trouble="",this.sent="",this.sendSubscription(),this.notify()}lost(e){this.connection="lost",this.trouble=e,this.notify()}apply(e){switch(e.kind){case"engines":this.applyEngines(e.engines);break;case"feed":{let t=this.engine(e.engineId),s=this.store(e.engineId);for(let o of e.messages){if(s.apply(o,e.now),o.kind==="snapshot"||o.kind==="changes")for(let i of this.followers.get(e.engineId)??[])i(o.rows);t!==void 0&&this.merged.merge(t,o,s,e.now)}break}case"ended":{let t=this.engine(e.engineId);t!==void 0&&this.history.note(t,e.tasks);for(let s of[...this.endListeners])s(e);break}}}applyEngines(e){let t=this.engines;this.engines=e;for(let s of e)this.known.set(s.id,s);for(let{id:s}of t)if(!this.runs(s)){this.merged.drop(s);let o=this.stores.get(s);o!==void 0&&o.phase!=="ended"&&o.apply({kind:"closed",reason:"This engine has ended."});let i=this.history.end(this.known.get(s),this.store(s));for(let r of[...i,...this.history.has(s)?[]:[s]])this.isWatchedAlone(r)||(this.stores.delete(r),this.known.delete(r))}this.sendSubscription(),this.notify()}isWatchedAlone(e){return typeof this.subscription=="object"&&this.subscription.only===e}sendSubscription(){let{subscription:e}=this,t=e==="none"?[]:e==="all"?this.engines.map(({id:r})=>r):this.runs(e.only)?[e.only]:[],s=[...this.followers.keys()].filter(r=>this.runs(r)),o=[...new Set([...t,...s])],i=o.join(" ");i!==this.sent&&this.connection==="live"&&(this.sent=i,this.channel.send(["watch",o]))}byEngine(e,t){let s=new Map;for(let o of t){let i=e??this.engines.find(r=>this.stores.get(r.id)?.get(o))?.id;if(i!==void 0){let r=s.get(i);r===void 0?s.set(i,[o]):r.push(o)}}return[...s].flatMap(([o,i])=>{let r=[];for(let l=0;l<i.length;l+=Yn)r.push([o,i.slice(l,l+Yn)]);return r})}notify(){for(let e of[...this.listeners])e()}};function Qn(n){return{accepted:n.reduce((e,{accepted:t})=>e+t,0),trouble:n.find(({trouble:e})=>e!=="")?.trouble??""}}var eo={id:`${$}:tasks`,description:"Provides the tasks of every engine, as the Jupyter server sees them.",autoStart:!0,provides:W,activate:n=>{let{serverSettings:e}=n.serviceManager,t=new Tt(e),s=new Rt({send:r=>{o.send(r)}},t),o=new Ot(()=>Kn(e),{connected:()=>{s.connected()},lost:r=>{s.lost(r)},message:r=>{s.apply(r)}});ss({follow:(r,l)=>s.follow(r,l),cancel:(r,l,a,c)=>t.cancel(r,{task_ids:l,force:a,only_queued:c}),retry:(r,l)=>t.retry(r,l),details:(r,l)=>t.details(r,l)});let i=new us(s);return o.open(),i}},us=class{constructor(e){this.model=e;this.changed=new Zn.Signal(this),e.subscribe(()=>{this.changed.emit()})}goToCell=null;changed};var Dr=[eo,zn,qn,Hn,vs,gs],jr=Dr;

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
